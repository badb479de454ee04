@main struct ArtifactsFilesMain { static func main() {} }
