namespace Monogres.Packaging.Repositories.Yum;

/// <summary>What is published: <c>.rpm</c> files.</summary>
public sealed record YumPublication : Publication
{
    /// <summary>Where clients find the repository, for the file that they put into <c>/etc/yum.repos.d</c>; null to leave that as it is.</summary>
    public Uri? Address { get; init; }
}
