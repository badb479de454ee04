/// How an avatar is drawn. Source: contract http.md, section 17.
enum AvatarStyle: String, Sendable, CaseIterable {
  case professional, cartoon, pixel
  case solid = "3d"
}
