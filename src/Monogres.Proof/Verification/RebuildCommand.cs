using System.Collections.Immutable;
using System.Globalization;
using Monogres.Proof.Variations;

namespace Monogres.Proof.Verification;

/// <summary>
/// The command line of a rebuild. Four programs follow each other: <c>setpriv</c> binds the life of all to ours; <c>unshare</c>
/// makes namespaces, and a process in them that dies with it; <c>dash</c> changes what a program can only change for itself;
/// the programs of the axes start each other and at last the tool. All but the tool are of pinned packages.
/// </summary>
public sealed record RebuildCommand
{
    /// <summary>The words that start a program of the sandbox's own packages, before its arguments.</summary>
    public required Func<string, ImmutableArray<string>> Program { get; init; }

    /// <summary>The words that start the tool.</summary>
    public required ImmutableArray<string> Tool { get; init; }

    /// <summary>Under what it runs.</summary>
    public required Conditions Conditions { get; init; }

    /// <summary>What the tool is to build: targets, formats, platform.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    private bool IsRoot => Conditions.Machine.IsRoot;

    /// <summary>The words, from the program on.</summary>
    public ImmutableArray<string> ToArguments() =>
    [
        .. Program("setpriv"), "--pdeathsig", "KILL",
        .. Program("unshare"), .. Namespaces(), "--pid", "--fork", "--kill-child", "--mount-proc",
        .. Program("dash"), "-c", Script(), "rebuild",
        .. Conditions.Wrappers.SelectMany(wrapper => Program(wrapper[0]).AddRange(wrapper[1..])),
        .. OtherUser(),
        .. Tool, .. Arguments, .. Conditions.Options,
    ];

    // Who is not root gets the rights over its namespaces by being root in one.
    private IEnumerable<string> Namespaces() =>
        (IsRoot ? [] : (string[])["--user", "--map-root-user"]).Concat(Conditions.Namespaces.Append("mount").Select(name => $"--{name}"));

    // Last, since it gives up every right that the others need.
    private IEnumerable<string> OtherUser() => Conditions.AsOtherUser && IsRoot
        ? [.. Program("setpriv"), "--reuid", Id, "--regid", Id, "--clear-groups"]
        : [];

    private static string Id => AxisTable.OtherUser.ToString(CultureInfo.InvariantCulture);

    private string Script()
    {
        List<string> lines = ["set -e"];
        if (Conditions.StoreInMemory)
            lines.Add(string.Join(' ', Program("mount").AddRange("-n", "-t", "tmpfs", "-o", "mode=0777", "store", Path.Combine(Conditions.Directory, Conditions.Store)).Select(Quote)));
        lines.AddRange(Conditions.Preparation);
        lines.Add($"cd {Quote(Conditions.Directory)}");
        lines.Add("exec \"$@\"");
        return string.Join('\n', lines);
    }

    private static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
