@main struct LLMOfflineMain { static func main() {} }
