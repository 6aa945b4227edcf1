namespace Monogres.Packaging.Repositories.Apt;

/// <summary>What is published, <c>.deb</c> files, and where in the repository.</summary>
public sealed record AptPublication : Publication
{
    /// <summary>The suite: <c>bookworm</c>.</summary>
    public required string Suite { get; init; }

    /// <summary>The component: <c>main</c>.</summary>
    public required string Component { get; init; }

    /// <summary>How long clients believe the release from its date on, which is now unless it is given; null for ever.</summary>
    public TimeSpan? ValidFor { get; init; }
}
