@main struct ChatMain { static func main() {} }
