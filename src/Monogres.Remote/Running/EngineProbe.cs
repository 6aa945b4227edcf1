using System.Collections.Immutable;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;
using Wire = Monogres.Protocol;

namespace Monogres.Remote.Running;

/// <summary>
/// What an action finds at an engine, asked by running one: whether its input root is the root, what is in it, and whether it can
/// make a sandbox of its own.
/// </summary>
/// <param name="Findings">Words by name, as the action reported them.</param>
public sealed record EngineProbe(ImmutableSortedDictionary<string, string> Findings)
{
    /// <summary>The output file with the findings, a name and a word a line.</summary>
    public const string ReportPath = "report";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private const string Script = """
        exec 3>report
        if [ -e /probe ] && [ -e /sandbox ]; then echo "root engine" >&3; else echo "root worker" >&3; fi
        if [ -r /proc/self/stat ]; then echo "proc yes" >&3; else echo "proc no" >&3; fi
        if [ -c /dev/null ] && [ -c /dev/urandom ]; then echo "dev yes" >&3; else echo "dev no" >&3; fi
        if [ -d /tmp ] && [ -w /tmp ]; then echo "tmp yes" >&3; else echo "tmp no" >&3; fi
        if [ -r /proc/self/status ]; then
            while read -r name value rest; do
                case $name in Uid:) echo "user $value" >&3 ;; esac
            done </proc/self/status
        fi
        network=closed
        if [ -r /proc/net/dev ]; then
            while read -r name rest; do
                case $name in lo:*|Inter*|face*) ;; *:*) network=open ;; esac
            done </proc/net/dev
        fi
        echo "network $network" >&3
        loader=$1 option=$2 libraries=$3 dash=$4
        shift 4
        if "$loader" "$option" "$libraries" "$dash" ./enter "$@" 3>&- && [ -e directory/out ]; then echo "enter yes" >&3; else echo "enter no" >&3; fi
        """;

    /// <summary>Which dialect it takes, or null when it takes none.</summary>
    public Dialect? Dialect => Is("root", "engine") && Is("proc", "yes") && Is("dev", "yes") ? Running.Dialect.EngineRoot
        : Is("enter", "yes") ? Running.Dialect.SelfEnter
        : null;

    /// <summary>What stands in the way, or is worth a look.</summary>
    public IEnumerable<string> Remarks()
    {
        if (Dialect is null && Is("root", "engine"))
            yield return "its actions have no `/proc` or no `/dev`: configure its workers to give them, as buildbox does";
        if (Dialect is null && !Is("root", "engine"))
            yield return "its actions cannot make a sandbox: the workers must allow user namespaces to the user that runs actions";
        if (Dialect == Running.Dialect.EngineRoot && Is("user", "0"))
            yield return "its actions run as root, which some commands refuse: buildbox has the property `--remote-property unixUID=1000`";
        if (Dialect == Running.Dialect.EngineRoot && Is("network", "open"))
            yield return "its actions have a network, so they are not hermetic there";
        if (Dialect == Running.Dialect.EngineRoot && Is("tmp", "no"))
            yield return "its actions cannot write to `/tmp`";
    }

    /// <summary>Reads the report; null when it is none.</summary>
    public static EngineProbe? Parse(string report)
    {
        var findings = report.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).ToArray();
        return findings.All(finding => finding is [{ Length: > 0 }, { Length: > 0 }]) && findings.DistinctBy(finding => finding[0], StringComparer.Ordinal).Count() == findings.Length
            && new EngineProbe(findings.ToImmutableSortedDictionary(finding => finding[0], finding => finding[1], StringComparer.Ordinal)) is var probe
            && probe.Findings.ContainsKey("root") && probe.Findings.ContainsKey("enter") ? probe : null;
    }

    /// <summary>The action that asks, without command digest and platform.</summary>
    internal static async ValueTask<(Wire.Action Action, Wire.Command Command)> OfAsync(Digest programs, IBlobStore local, CancellationToken cancel)
    {
        // The root that is entered is that of the programs themselves, with the places that a command needs.
        var places = new TreeBuilder();
        foreach (var place in new[] { "proc", "dev", "tmp", "run", "probe" })
            places.AddDirectory(RelativePath.Parse(place));
        var root = await TreeUnion.MergeAsync(local, [new UnionLayer(programs, Overrides: false), new UnionLayer(await places.WriteAsync(local, cancel), Overrides: false)], cancel);
        var entered = new CanonicalAction
        {
            InputRoot = root,
            Arguments = ["/usr/bin/dash", "-c", "echo entered >out"],
            Environment = ImmutableSortedDictionary<string, string>.Empty,
            WorkingDirectory = RelativePath.Parse("probe"),
            Timeout = Limit,
        };

        var tree = await SelfEntry.InputsAsync(programs, local, cancel);
        tree.AddTree(RelativePath.Parse("root"), root);
        tree.AddDirectory(RelativePath.Parse("directory"));
        foreach (var place in new[] { "proc", "dev", "tmp" })
            tree.AddDirectory(RelativePath.Parse(place));
        tree.AddFile(RelativePath.Parse("probe"), await local.PutAsync(Encoding.ASCII.GetBytes(Script), cancel), executable: true);
        var command = new Wire.Command();
        command.Arguments.AddRange([.. SelfEntry.Start("dash"), "./probe", .. SelfEntry.Start("dash"), .. SelfEntry.Words(entered)]);
        command.OutputPaths.Add(ReportPath);
        return (new Wire.Action { InputRootDigest = (await tree.WriteAsync(local, cancel)).ToWire(), Timeout = Duration.FromTimeSpan(Limit), DoNotCache = true }, command);
    }

    private bool Is(string name, string word) => Findings.TryGetValue(name, out var found) && string.Equals(found, word, StringComparison.Ordinal);
}
