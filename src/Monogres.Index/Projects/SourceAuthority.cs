namespace Monogres.Index.Projects;

/// <summary>Somebody who publishes the digest of a file, independently of the others who do.</summary>
/// <param name="Name">What the files of the index call it, <c>docker-library</c>.</param>
/// <param name="Summary">One line on what it is, and how it knows the digest.</param>
/// <param name="Homepage">Where that can be read, or null.</param>
public sealed record SourceAuthority(string Name, string Summary, Uri? Homepage);
