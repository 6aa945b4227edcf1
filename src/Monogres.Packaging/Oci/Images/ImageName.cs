using Monogres.Core;

namespace Monogres.Packaging.Oci.Images;

/// <summary>What an image is called where it is pushed to.</summary>
/// <param name="Project">The project.</param>
/// <param name="Tag">Its tag: <c>17.11-full-bookworm</c>.</param>
/// <param name="ShortTag">The tag that does not name the release of the distribution: <c>17.11-full</c>.</param>
public sealed record ImageName(ProjectName Project, string Tag, string ShortTag)
{
    /// <summary>The last part of the name of its repository.</summary>
    public string Repository => ImageNames.RepositoryOf(Project);
}
