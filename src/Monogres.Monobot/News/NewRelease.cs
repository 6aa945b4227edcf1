using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Sources.Upstreams;

namespace Monogres.Monobot.News;

/// <summary>A release that the index lacks.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Previous">The version that it follows.</param>
/// <param name="Tag">The tag that names it, or null.</param>
/// <param name="Debian">Its archives in Debian's pool.</param>
public sealed record NewRelease(string Version, string Previous, TaggedRelease? Tag, ImmutableArray<DebianSource> Debian);

/// <summary>Something that must not be: what was released has changed. A person must look; nothing is proposed from it.</summary>
/// <param name="Project">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Text">What is wrong, on one line.</param>
public sealed record Alarm(ProjectName Project, string Version, string Text);

/// <summary>What upstreams say of a project.</summary>
public sealed record UpstreamAnswers
{
    /// <summary>The tags of its repository, or null when it was not asked.</summary>
    public GitTagList? Tags { get; init; }

    /// <summary>Upstream's archives of its source packages in Debian.</summary>
    public ImmutableArray<DebianSource> Debian { get; init; } = [];

    /// <summary>Its stable versions on PGXN, newest first.</summary>
    public ImmutableArray<string> Pgxn { get; init; } = [];
}
