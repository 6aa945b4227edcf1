using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Sandbox;
using Monogres.Store;
using Monogres.Store.Trees;
using Wire = Monogres.Protocol;

namespace Monogres.Remote.Running;

/// <summary>
/// An action that makes its own sandbox, for engines that start commands in a directory of the worker. Its input root holds
/// <c>root</c>, the canonical input root, read-only for the command; <c>directory</c>, a second copy of its working directory, which
/// it may write to; <c>sandbox</c>, the programs; <c>machine</c>, what it sees in <c>/proc</c>; and the script <c>enter</c>. The same
/// blobs as on any other engine, so this costs nothing to send.
/// </summary>
internal static class SelfEntry
{
    /// <summary>The last line of standard error when there was no sandbox, with exit code 125.</summary>
    public const string NotMade = "monogres: the sandbox could not be made";

    /// <summary>The exit code then.</summary>
    public const int NotMadeCode = 125;

    /// <summary>Where the output is.</summary>
    public const string OutputPath = $"directory/{CanonicalAction.OutputDirectory}";

    private const string Directory = "directory";

    // Words: working directory, program, files of /proc, number of words that start a program, these words with bwrap, bubblewrap's words, `--`, the command.
    // What the command sees is what SandboxCommand gives it, but that the root is read-only.
    private const string Script = """
        umask 022
        place=$1 program=$2 files=$3
        shift 3
        if ! [ -e "root$program" ] && ! [ -h "root$program" ]; then
            echo "$program: no such program in the sandbox" >&2
            exit 127
        fi
        machine=
        for file in $files; do
            if [ -e "/proc/$file" ]; then machine="$machine --ro-bind machine/$file /proc/$file"; fi
        done
        loader=$1 option=$2 libraries=$3 bwrap=$4
        shift 4
        : >entered || exit 125
        "$loader" "$option" "$libraries" "$bwrap" --unshare-all --unshare-user --die-with-parent --new-session \
            --ro-bind root / --bind directory "/$place" --proc /proc $machine --dev /dev "$@" 7>entered
        code=$?
        if ! [ -s entered ]; then
            echo "monogres: the sandbox could not be made" >&2
            exit 125
        fi
        walk() {
            for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
                if [ -h "$entry" ] || [ -f "$entry" ]; then continue
                elif [ -d "$entry" ]; then walk "$entry"
                elif [ -p "$entry" ]; then echo "${entry#directory/out/} is a named pipe"
                elif [ -S "$entry" ]; then echo "${entry#directory/out/} is a socket"
                elif [ -e "$entry" ]; then echo "${entry#directory/out/} is a device"
                fi
            done
        }
        if [ "$code" = 0 ]; then walk directory/out >problems; fi
        exit "$code"
        """;

    // That the sandbox was made is said from inside it. bubblewrap's own report needs a /proc of the worker's process namespace, and
    // where the worker has another one it ends, leaves its child behind, and the child keeps the log open, for which engines wait.
    // The times of files here are those of their download, and make compares them: they become the same for all, where the tools are
    // there to set them.
    private const string Prepare = """
        echo entered >&7
        exec 7>&-
        if [ -x /usr/bin/find ] && [ -x /usr/bin/touch ]; then /usr/bin/find . -exec /usr/bin/touch -h -d @1293840000 {} +; fi
        exec "$@"
        """;

    private const string MakeOutput = "mkdir out || exit 125\n";

    /// <summary>The action and command that do it, without command digest and platform.</summary>
    /// <param name="action">The canonical action.</param>
    /// <param name="programs">The tree with the sandbox's programs.</param>
    /// <param name="local">Has the trees, and gets the input root.</param>
    /// <param name="cancel">Stops.</param>
    public static async ValueTask<(Wire.Action Action, Wire.Command Command)> OfAsync(CanonicalAction action, Digest programs, IBlobStore local, CancellationToken cancel)
    {
        var working = await TreeWalk.FindDirectoryAsync(local, action.InputRoot, action.WorkingDirectory, cancel)
            ?? throw new ArgumentException($"the input root has no working directory `{action.WorkingDirectory}`", nameof(action));
        var tree = await InputsAsync(programs, local, cancel);
        tree.AddTree(RelativePath.Parse("root"), action.InputRoot);
        var (writable, hasOutput) = await WithoutOutputAsync(working, local, cancel);
        tree.AddTree(RelativePath.Parse(Directory), writable);
        var command = new Wire.Command { OutputDirectoryFormat = Wire.Command.Types.OutputDirectoryFormat.DirectoryOnly };
        command.Arguments.AddRange([.. Start("dash"), "./enter", .. Words(action, hasOutput)]);
        command.OutputPaths.AddRange([OutputPath, RemoteAction.ProblemsPath]);
        var message = action.ToAction();
        message.InputRootDigest = (await tree.WriteAsync(local, cancel)).ToWire();
        return (message, command);
    }

    // Some engines refuse an action whose output is among its inputs. An action may have an empty one there: it is made by the action itself.
    private static async ValueTask<(Digest Tree, bool HasOutput)> WithoutOutputAsync(Digest working, IBlobStore local, CancellationToken cancel)
    {
        var message = await local.ReadMessageAsync(Wire.Directory.Parser, working, cancel);
        return message.Directories.FirstOrDefault(child => string.Equals(child.Name, CanonicalAction.OutputDirectory, StringComparison.Ordinal)) is { } output
            && message.Directories.Remove(output) ? (await local.PutMessageAsync(message, cancel), true) : (working, false);
    }

    /// <summary>Programs, machine and script.</summary>
    public static async ValueTask<TreeBuilder> InputsAsync(Digest programs, IBlobStore local, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        tree.AddTree(RelativePath.Parse("sandbox"), programs);
        tree.AddFile(RelativePath.Parse("enter"), await local.PutAsync(Encoding.ASCII.GetBytes(Script), cancel), executable: true);
        foreach (var (path, content) in FixedMachine.Files)
            tree.AddFile(RelativePath.Parse($"machine/{path}"), await local.PutAsync(Encoding.ASCII.GetBytes(content), cancel), executable: false);
        return tree;
    }

    /// <summary>The words that start a program of the sandbox from the input root.</summary>
    public static ImmutableArray<string> Start(string program) => SandboxPrograms.At("./sandbox", RuntimeInformation.OSArchitecture).Start(program);

    /// <summary>What follows the script's name.</summary>
    /// <param name="action">The canonical action.</param>
    /// <param name="makesOutput">Whether the output directory is made before the command starts.</param>
    public static ImmutableArray<string> Words(CanonicalAction action, bool makesOutput = false)
    {
        string[] temporary = ["--perms", "1777", "--tmpfs", "/dev/shm", "--perms", "1777", "--tmpfs", "/tmp", "--tmpfs", "/run"];
        return
        [
            action.WorkingDirectory.Value, action.Arguments[0], string.Join(' ', FixedMachine.Files.Select(file => file.Path)), .. Start("bwrap"),
            "--hostname", CanonicalAction.HostName, "--uid", $"{CanonicalAction.UserId}", "--gid", $"{CanonicalAction.UserId}", .. temporary,
            "--clearenv", .. action.Environment.SelectMany(pair => new[] { "--setenv", pair.Key, pair.Value }), "--chdir", $"/{action.WorkingDirectory}",
            "--", "/bin/sh", "-c", makesOutput ? MakeOutput + Prepare : Prepare, "prepare", .. action.Arguments,
        ];
    }
}
