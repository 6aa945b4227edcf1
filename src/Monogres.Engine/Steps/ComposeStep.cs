using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Lock;

namespace Monogres.Engine.Steps;

/// <summary>Composes a root file system from a closure of locked packages, pinned archives, and the platform's own files and links.</summary>
/// <param name="name">For people: <c>debian12-amd64 toolchain</c>.</param>
/// <param name="recipe">What goes into it.</param>
/// <param name="sources">Where each package and archive comes from.</param>
public sealed class ComposeStep(StepName name, RootRecipe recipe, ImmutableArray<ComposeSource> sources) : Step(name, [])
{
    /// <summary>What goes into the root.</summary>
    public RootRecipe Recipe { get; } = recipe;

    /// <summary>Where its files come from.</summary>
    public ImmutableArray<ComposeSource> Sources { get; } = sources;

    /// <summary>Every package, each once, sorted by name and architecture.</summary>
    public ImmutableArray<LockedPackage> Packages => _packages.IsDefault ? _packages =
    [
        .. Sources.SelectMany(source => source.Packages).DistinctBy(package => (package.Name, package.Digest))
            .OrderBy(package => package.Name, StringComparer.Ordinal).ThenBy(package => package.Architecture, StringComparer.Ordinal),
    ] : _packages;

    private ImmutableArray<LockedPackage> _packages;

    private protected override void Describe(KeyWriter key) => key.Add("compose 1").Add(Recipe.Digest);
}

/// <summary>Where a part of a root comes from.</summary>
public abstract record ComposeSource
{
    private protected ComposeSource()
    {
    }

    /// <summary>The packages.</summary>
    public virtual ImmutableArray<LockedPackage> Packages => [];

    /// <summary>Packages of one lock.</summary>
    /// <param name="Lock">The lock.</param>
    /// <param name="Closure">The packages of it, sorted by name.</param>
    public sealed record Locked(PackagesLock Lock, ImmutableArray<LockedPackage> Closure) : ComposeSource
    {
        /// <inheritdoc/>
        public override ImmutableArray<LockedPackage> Packages => Closure;
    }

    /// <summary>A pinned archive.</summary>
    /// <param name="File">The file.</param>
    /// <param name="To">Where its content goes.</param>
    /// <param name="Missing">Words the failure to download it.</param>
    public sealed record Archive(PinnedFile File, RelativePath To, Func<UserErrorException, UserErrorException> Missing) : ComposeSource;
}
