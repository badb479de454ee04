@main struct StorageSQLiteMain { static func main() {} }
