using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;

namespace Monogres.Packaging.Formats;

/// <summary>
/// Lays payloads out in one format, by steps that planning can name: they are keyed, cached and repaired as all others. The
/// same payload gives the same bytes, whoever packs it.
/// </summary>
public interface IPackager
{
    /// <summary>The steps that yield the files of the package: each a tree with files at its top and nothing else, named as that format's ecosystem names them.</summary>
    /// <param name="request">What is packed.</param>
    ImmutableArray<Step> StepsOf(PackageRequest request);
}

/// <summary>A built target to be packed, as steps: nothing of it need be built yet.</summary>
public sealed record PackageRequest
{
    /// <summary>The target.</summary>
    public required TargetId Target { get; init; }

    /// <summary>The directory of the payload that the target is installed in: <c>usr/lib/postgresql/15</c>.</summary>
    public required RelativePath Prefix { get; init; }

    /// <summary>The time that stands in every entry: the release's, never now.</summary>
    public required DateTimeOffset SourceDate { get; init; }

    /// <summary>What is installed, from <c>/</c> on.</summary>
    public required Step Payload { get; init; }

    /// <summary>The debug information that was split off; null when there can be none. Its tree can be empty.</summary>
    public required Step? Symbols { get; init; }

    /// <summary>The root with the programs that compress. They are the same for all platforms, so that one payload has one package.</summary>
    public required Step Programs { get; init; }

    /// <summary>The name of the target for files: <c>postgres-15.18-minimal-debian12-amd64</c>.</summary>
    public string Name => Target.ToFileName();

    /// <summary>What is packed apart: the payload, and its debug information.</summary>
    internal IEnumerable<PackedPart> Parts
    {
        get
        {
            yield return new PackedPart("", Name, Payload, Prefix);
            if (Symbols is { } symbols)
                yield return new PackedPart("symbols ", $"{Name}-symbols", symbols, RelativePath.Root);
        }
    }
}

/// <summary>A part of a target that is a package of its own where a format has one file for each.</summary>
/// <param name="Facet">Its name in those of steps, with a blank behind it; empty for the payload.</param>
/// <param name="Name">The name of its file, without the ending.</param>
/// <param name="Tree">What holds it.</param>
/// <param name="From">The directory of the tree that is packed.</param>
internal sealed record PackedPart(string Facet, string Name, Step Tree, RelativePath From);
