using Monogres.Core;

namespace Monogres.Packaging.Repositories;

/// <summary>A package of a repository of any kind.</summary>
internal abstract record RepositoryPackage
{
    /// <summary>SHA-256 and size in bytes of the file as it is published.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Where the file is in the repository.</summary>
    public required RelativePath Path { get; init; }

    /// <summary>The project whose payload it has; null for a package that was not made here.</summary>
    public string? Project { get; protected init; }

    /// <summary>The licence of that project as an SPDX expression; null when it is not known.</summary>
    public string? License { get; protected init; }

    /// <summary>What there is once among the packages that a client sees together.</summary>
    public abstract string Identity { get; }

    /// <summary>What it is called in messages.</summary>
    public abstract string Title { get; }
}
