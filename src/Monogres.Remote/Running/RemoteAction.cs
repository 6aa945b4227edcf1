using Monogres.Core;
using Monogres.Remote.Connection;
using Monogres.Store;
using Wire = Monogres.Protocol;

namespace Monogres.Remote.Running;

/// <summary>What an engine is asked to run for a canonical action.</summary>
/// <param name="Digest">Its key at the engine; another than that of the canonical action when the engine needs more to be said.</param>
/// <param name="Tree">Its input root.</param>
/// <param name="Command">Its command.</param>
/// <param name="OutputPath">Where the engine says the output directory is.</param>
internal sealed record RemoteAction(Digest Digest, Digest Tree, Digest Command, string OutputPath)
{
    /// <summary>Where a self-entered action lists what it made that no tree can hold.</summary>
    public const string ProblemsPath = "problems";

    /// <summary>Adds what the engine needs, and stores the messages.</summary>
    /// <param name="action">Without platform and command.</param>
    /// <param name="command">Without platform; its <c>output_paths</c> are directories, but for <see cref="ProblemsPath"/>.</param>
    /// <param name="options">The engine.</param>
    /// <param name="capabilities">What it can.</param>
    /// <param name="local">Gets the messages.</param>
    /// <param name="cancel">Stops.</param>
    public static async ValueTask<RemoteAction> StoreAsync(
        Wire.Action action, Wire.Command command, RemoteOptions options, EngineCapabilities capabilities, IBlobStore local, CancellationToken cancel)
    {
        var output = command.OutputPaths[0];
        if (options.Properties.Count > 0)
        {
            command.Platform = new Wire.Platform();
            command.Platform.Properties.AddRange(options.Properties.Select(property => new Wire.Platform.Types.Property { Name = property.Key, Value = property.Value }));
            if (capabilities.HighVersion >= EngineCapabilities.ActionPlatform)
                action.Platform = command.Platform.Clone();
        }

        if (capabilities.HighVersion < EngineCapabilities.OutputPaths)
        {
            command.OutputFiles.AddRange(command.OutputPaths.Where(IsFile));
            command.OutputDirectories.AddRange(command.OutputPaths.Where(path => !IsFile(path)));
            command.OutputPaths.Clear();
        }

        var commandDigest = await local.PutMessageAsync(command, cancel);
        action.CommandDigest = commandDigest.ToWire();
        return new RemoteAction(await local.PutMessageAsync(action, cancel), action.InputRootDigest.ToDigest(), commandDigest, output);
    }

    private static bool IsFile(string path) => path is ProblemsPath or EngineProbe.ReportPath;
}
