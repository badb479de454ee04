@main struct IngestMain { static func main() {} }
