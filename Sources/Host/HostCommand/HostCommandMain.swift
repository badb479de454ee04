@main struct HostCommandMain { static func main() {} }
