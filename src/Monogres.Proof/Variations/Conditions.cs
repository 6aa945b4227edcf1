using System.Collections.Immutable;

namespace Monogres.Proof.Variations;

/// <summary>Under what a rebuild runs: filled by axes, and turned into a command line by <see cref="Verification.RebuildCommand"/>.</summary>
public sealed class Conditions
{
    private readonly List<string> _preparation = [];
    private readonly List<ImmutableArray<string>> _wrappers = [];
    private readonly List<string> _options = [];
    private readonly List<string> _inside = [];
    private readonly Dictionary<string, string?> _environment = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _namespaces = new(StringComparer.Ordinal);

    /// <summary>Where it runs.</summary>
    public required Machine Machine { get; init; }

    /// <summary>Where the rebuild has everything of its own; absolute.</summary>
    public required string Directory { get; init; }

    /// <summary>The store of the rebuild, below <see cref="Directory"/>.</summary>
    public string Store { get; set; } = "store";

    /// <summary>Variables that are set, or removed where the value is null.</summary>
    public IReadOnlyDictionary<string, string?> Environment => _environment;

    /// <summary>Namespaces that the rebuild has of its own, as <c>unshare</c> calls them.</summary>
    public IReadOnlyCollection<string> Namespaces => _namespaces;

    /// <summary>Lines of a shell that run before the tool, with every right over the namespaces.</summary>
    public IReadOnlyList<string> Preparation => _preparation;

    /// <summary>Programs of util-linux that start each other and at last the tool, outermost first.</summary>
    public IReadOnlyList<ImmutableArray<string>> Wrappers => _wrappers;

    /// <summary>Options of the tool.</summary>
    public IReadOnlyList<string> Options => _options;

    /// <summary>What the sandbox of the rebuild does otherwise: <c>clock=+34387200</c>.</summary>
    public IReadOnlyList<string> Inside => _inside;

    /// <summary>Whether the rebuild is another user's.</summary>
    public bool AsOtherUser { get; set; }

    /// <summary>Whether the store is on a file system in memory.</summary>
    public bool StoreInMemory { get; set; }

    /// <summary>Whether the rebuild begins with every other tree that its targets are built from.</summary>
    public bool HalfCached { get; set; }

    /// <summary>Whether targets are named in the opposite order.</summary>
    public bool Reversed { get; set; }

    /// <summary>Sets a variable, or removes it where the value is null.</summary>
    public void Set(string variable, string? value) => _environment[variable] = value;

    /// <summary>Adds a namespace.</summary>
    public void AddNamespace(string name) => _namespaces.Add(name);

    /// <summary>Adds lines of a shell.</summary>
    public void Prepare(params string[] lines) => _preparation.AddRange(lines);

    /// <summary>Adds a program that starts what follows.</summary>
    public void Wrap(params string[] words) => _wrappers.Add([.. words]);

    /// <summary>Adds options of the tool.</summary>
    public void AddOptions(params string[] words) => _options.AddRange(words);

    /// <summary>Adds what the sandbox does otherwise.</summary>
    public void AddInside(string setting) => _inside.Add(setting);
}
