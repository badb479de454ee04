@main struct ExecutionMain { static func main() {} }
