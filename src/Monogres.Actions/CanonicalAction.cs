using System.Collections.Immutable;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;
using Wire = Monogres.Protocol;

namespace Monogres.Actions;

/// <summary>
/// One command over one input root, independent of who runs it: the REAPI <c>Action</c> whose digest keys the action
/// cache, on a laptop and on a cluster. Always: one output directory <c>out</c> below the working directory, no network,
/// no platform properties (an engine's own needs are added at the edge, by its dialect). Parallelism comes from the
/// machine and is no part of it.
/// </summary>
public sealed record CanonicalAction
{
    /// <summary>The output directory, relative to the working directory.</summary>
    public const string OutputDirectory = "out";

    /// <summary>The user and group that the command runs as.</summary>
    public const int UserId = 1000;

    /// <summary>The host name that the command sees.</summary>
    public const string HostName = "build";

    /// <summary>Part of every key: changes when the same action would be run in another way (environment, sandbox, capture).</summary>
    public const string FormatSalt = "monogres-action-2";

    /// <summary>The merged tree that the command sees at <c>/</c>. It must hold the working directory.</summary>
    public required Digest InputRoot { get; init; }

    /// <summary>The program (absolute path) and its arguments.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>The whole environment; nothing is added to it.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>Where the command starts, below <c>/</c>.</summary>
    public required RelativePath WorkingDirectory { get; init; }

    /// <summary>How long it may run. Part of the key, so one of a few classes, not a measured value.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The REAPI command: environment sorted by name (UTF-8 bytes), one output path.</summary>
    public Wire.Command ToCommand()
    {
        var command = new Wire.Command
        {
            WorkingDirectory = WorkingDirectory.Value,
            OutputDirectoryFormat = Wire.Command.Types.OutputDirectoryFormat.DirectoryOnly,
        };
        command.Arguments.AddRange(Arguments);
        command.EnvironmentVariables.AddRange(Environment
            .OrderBy(pair => pair.Key, Utf8Order.Comparer)
            .Select(pair => new Wire.Command.Types.EnvironmentVariable { Name = pair.Key, Value = pair.Value }));
        command.OutputPaths.Add(OutputDirectory);
        return command;
    }

    /// <summary>The REAPI action.</summary>
    public Wire.Action ToAction() => new()
    {
        CommandDigest = ToCommand().DigestOf().ToWire(),
        InputRootDigest = InputRoot.ToWire(),
        Timeout = Duration.FromTimeSpan(Timeout),
        Salt = ByteString.CopyFrom(FormatSalt, Encoding.ASCII),
    };

    /// <summary>The key of the action cache.</summary>
    public Digest Digest => ToAction().DigestOf();

    /// <summary>Stores the action and its command, so that the key can be read back (<c>explain</c>, remote execution), and returns the key.</summary>
    public async ValueTask<Digest> StoreAsync(IBlobStore store, CancellationToken cancel)
    {
        await store.PutMessageAsync(ToCommand(), cancel);
        return await store.PutMessageAsync(ToAction(), cancel);
    }
}
