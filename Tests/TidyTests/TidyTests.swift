import Testing

@Test func `the tree is there`() {}
