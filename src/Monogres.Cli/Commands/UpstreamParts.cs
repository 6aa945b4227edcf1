using Monogres.Core;
using Monogres.Index;
using Monogres.Matrix;
using Monogres.Monobot.Trials;
using Monogres.Plans;
using Monogres.Sources.Upstreams;
using Monogres.Store.Downloads;

namespace Monogres.Cli.Commands;

/// <summary>What asks upstreams, and what tries entries, put together for a workspace.</summary>
internal sealed class UpstreamParts : IDisposable
{
    private readonly SocketsHttpHandler _network = Downloader.NewHandler();
    private readonly Workspace _workspace;

    /// <summary>Puts them together.</summary>
    /// <param name="workspace">Builds and tests.</param>
    /// <param name="memory">What is known of hosts.</param>
    public UpstreamParts(Workspace workspace, WebMemory memory)
    {
        _workspace = workspace;
        var settings = workspace.Settings;
        Web = new PoliteWeb(_network, memory, workspace.Blobs, new WebManners { Network = !settings.Offline, Mirror = Workspace.MirrorOf(settings) }, TimeProvider.System);
        Tags = new GitTags(Web);
        Archives = new TagArchives(workspace.DraftSources, Sources.Local.GitArchives.Known);
    }

    /// <summary>Asks hosts.</summary>
    public PoliteWeb Web { get; }

    /// <summary>Lists tags.</summary>
    public GitTags Tags { get; }

    /// <summary>Obtains archives of tags.</summary>
    public TagArchives Archives { get; }

    /// <summary>Proves entries, in a directory of the store.</summary>
    /// <param name="platform">Where they are tried.</param>
    /// <param name="toolchain">With what they are built.</param>
    public EntryProver Prover(PlatformName platform, string toolchain)
    {
        var settings = _workspace.Settings;
        var runner = new MatrixRunner(_workspace.Blobs, _workspace.Targets, new MatrixOptions
        {
            Tester = _workspace.Tester,
            Parallelism = _workspace.Remote?.Jobs is null ? Math.Max(4, 2 * Environment.ProcessorCount) : _workspace.TargetsAtOnce,
            HasManyMachines = _workspace.Remote?.Jobs is not null,
            // What became of each stands in the result.
            Failed = static (_, _) => { },
        }, TimeProvider.System);
        return new EntryProver(settings.IndexDirectory, _workspace.Store.NewWorkPath(), new EntryTrial(runner), (index, directory) =>
            new Planner(index, index.Platform(platform), toolchain, Workspace.LocksOf(settings with { IndexDirectory = directory })));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Web.Dispose();
        _network.Dispose();
    }
}
