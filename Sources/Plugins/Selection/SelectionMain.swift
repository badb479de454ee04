@main struct SelectionMain { static func main() {} }
