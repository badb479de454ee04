@main struct ProjectsMain { static func main() {} }
