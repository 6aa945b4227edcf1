using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Extensions;

/// <summary>
/// The scripts of an extension, by their names: <c>NAME--VERSION.sql</c> creates a version, <c>NAME--OLD--NEW.sql</c> updates
/// an older version to a newer one. Paths are resolved as PostgreSQL resolves them (src/backend/commands/extension.c).
/// </summary>
public sealed class ExtensionScripts
{
    private const string Separator = "--", Suffix = ".sql";

    private readonly string _name;
    private readonly ImmutableHashSet<string> _installable;
    private readonly ILookup<string, string> _updates;

    private ExtensionScripts(string name, ImmutableHashSet<string> installable, ImmutableArray<ScriptedUpdate> updates)
    {
        _name = name;
        _installable = installable;
        _updates = updates.ToLookup(update => update.From, update => update.To, StringComparer.Ordinal);
        Installable = Sort(installable);
        Updates = updates;
        Versions = Sort(installable.Concat(updates.SelectMany(update => (string[])[update.From, update.To])).Distinct(StringComparer.Ordinal));
    }

    /// <summary>The versions that a script creates directly, in order (<see cref="VersionText"/>).</summary>
    public ImmutableArray<string> Installable { get; }

    /// <summary>The update scripts, in order.</summary>
    public ImmutableArray<ScriptedUpdate> Updates { get; }

    /// <summary>Every version that a script names, in order.</summary>
    public ImmutableArray<string> Versions { get; }

    /// <summary>Finds the scripts of an extension among the files of a directory.</summary>
    /// <param name="name">The extension.</param>
    /// <param name="files">The names of all files there.</param>
    public static ExtensionScripts Of(string name, IEnumerable<string> files)
    {
        var installable = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        HashSet<ScriptedUpdate> updates = [];
        foreach (var file in files)
        {
            if (!file.StartsWith(name + Separator, StringComparison.Ordinal) || !file.EndsWith(Suffix, StringComparison.Ordinal) || file.Length <= name.Length + Separator.Length + Suffix.Length)
                continue;

            var versions = file[(name.Length + Separator.Length)..^Suffix.Length];
            var middle = versions.IndexOf(Separator, StringComparison.Ordinal);
            if (middle < 0)
                installable.Add(versions);
            else if (versions[(middle + Separator.Length)..] is var to && !to.Contains(Separator, StringComparison.Ordinal))
                updates.Add(new ScriptedUpdate(versions[..middle], to));
        }

        return new ExtensionScripts(name, installable.ToImmutable(), [.. updates
            .Order(Comparer<ScriptedUpdate>.Create((one, other) => CompareVersions(one.From, other.From) is not 0 and var order ? order : CompareVersions(one.To, other.To)))]);
    }

    /// <summary>Whether PostgreSQL takes a text as the name of an extension, or of a version of one.</summary>
    public static bool IsName(string text) =>
        text.Length > 0 && !text.Contains(Separator, StringComparison.Ordinal) && text[0] != '-' && text[^1] != '-' && !text.Contains('/', StringComparison.Ordinal);

    /// <summary>
    /// The versions that <c>ALTER EXTENSION … UPDATE</c> goes through from one to another, without the first: as few as
    /// possible, and of several such paths the one whose last step but one comes first, and so on. Null when there is no path.
    /// </summary>
    public ImmutableArray<string>? FindUpdatePath(string from, string to) => FindUpdatePath(from, to, throughInstallable: true);

    /// <summary>
    /// The versions that <c>CREATE EXTENSION … VERSION</c> goes through: the version alone when a script creates it, else the
    /// one it starts from and the updates to the wanted one. As few as possible, and of several starts the one that comes
    /// last by its bytes. Null when it cannot be created.
    /// </summary>
    public ImmutableArray<string>? FindInstallPath(string version)
    {
        if (_installable.Contains(version))
            return [version];

        ImmutableArray<string>? best = null;
        foreach (var start in _installable.Order(Utf8Order.Comparer))
        {
            // The way to compare has its start in it, this one has not: as many steps are enough to win.
            if (FindUpdatePath(start, version, throughInstallable: false) is { } path && (best is null || path.Length < best.Value.Length))
                best = [start, .. path];
        }

        return best;
    }

    /// <summary>Versions before <paramref name="target"/> from which no update leads there.</summary>
    public ImmutableArray<string> WithoutUpdateTo(string target) =>
        [.. Versions.Where(version => VersionText.Compare(version, target) < 0 && FindUpdatePath(version, target) is null)];

    /// <summary>The names of the scripts that are run along an install path.</summary>
    public ImmutableArray<string> FilesOf(ImmutableArray<string> installPath) => [.. installPath.Select((version, i) =>
        i == 0 ? $"{_name}{Separator}{version}{Suffix}" : $"{_name}{Separator}{installPath[i - 1]}{Separator}{version}{Suffix}")];

    /// <summary>All updates take one step, so the versions are visited in rings: those one step away, those two steps away, and so on.</summary>
    private ImmutableArray<string>? FindUpdatePath(string from, string to, bool throughInstallable)
    {
        if (string.Equals(from, to, StringComparison.Ordinal))
            return [];

        Dictionary<string, string> previous = new(StringComparer.Ordinal) { [from] = "" };
        List<string> ring = [from];
        while (ring.Count > 0 && !previous.ContainsKey(to))
        {
            // By order of their bytes, so that the first to reach a version is the one that PostgreSQL prefers.
            Dictionary<string, string> reached = new(StringComparer.Ordinal);
            foreach (var version in ring.Order(Utf8Order.Comparer))
            {
                foreach (var next in _updates[version])
                {
                    if (!previous.ContainsKey(next) && (throughInstallable || !_installable.Contains(next)))
                        reached.TryAdd(next, version);
                }
            }

            foreach (var (version, by) in reached)
                previous.Add(version, by);
            ring = [.. reached.Keys];
        }

        if (!previous.ContainsKey(to))
            return null;

        List<string> path = [];
        for (var at = to; !string.Equals(at, from, StringComparison.Ordinal); at = previous[at])
            path.Add(at);
        path.Reverse();
        return [.. path];
    }

    private static ImmutableArray<string> Sort(IEnumerable<string> versions) => [.. versions.Order(Comparer<string>.Create(CompareVersions))];

    // Different texts can be the same version (`1.0` and `1.00`).
    private static int CompareVersions(string one, string other) => VersionText.Compare(one, other) is not 0 and var order ? order : string.CompareOrdinal(one, other);
}

/// <summary>A script that updates one version to another.</summary>
/// <param name="From">The version that must exist.</param>
/// <param name="To">The version that it creates.</param>
public sealed record ScriptedUpdate(string From, string To);
