using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Build.Planning;

/// <summary>
/// An extension that will be built against one PostgreSQL, in the root that that was built in, with its own packages laid
/// over. A module of the server's own source is not built but split off what the server installed.
/// </summary>
public sealed record ExtensionPlan : TargetPlan
{
    /// <summary>The project.</summary>
    public required ExtensionProject Project { get; init; }

    /// <summary>The PostgreSQL that it is built against.</summary>
    public required ServerPlan Server { get; init; }

    /// <summary>Every other extension that must be in the prefix, when it is built and when it runs; each after those that it needs itself.</summary>
    public required ImmutableArray<ExtensionPlan> Requires { get; init; }

    /// <summary>Every further extension that must be in the prefix when it is tested; each after those that it needs itself.</summary>
    public required ImmutableArray<ExtensionPlan> TestRequires { get; init; }

    /// <summary>Globs of what belongs to it, relative to the prefix, when the server installs it; null when it is built.</summary>
    public required ImmutableArray<string>? SplitFrom { get; init; }

    /// <summary>What a server must load and be told for it and for all that it requires.</summary>
    public required ServerSettings Settings { get; init; }

    /// <summary>Its plan and those of all that it requires, each after those that it needs itself.</summary>
    public IEnumerable<ExtensionPlan> WithRequired => Requires.Append(this);
}
