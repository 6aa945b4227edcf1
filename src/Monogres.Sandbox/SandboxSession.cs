using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Sandbox.Linux;
using Monogres.Sandbox.Roots;
using Monogres.Store;
using Monogres.Store.Local;
using Monogres.Store.Trees;

namespace Monogres.Sandbox;

/// <summary>An interactive session in a sandbox: the terminal is the user's, and all changes are discarded.</summary>
public sealed record SessionRequest
{
    /// <summary>Trees over each other, the later ones above.</summary>
    public required ImmutableArray<Digest> Layers { get; init; }

    /// <summary>The program (absolute path) and its arguments.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>The whole environment.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>Where the command starts, below <c>/</c>; it must be in the layers.</summary>
    public required RelativePath WorkingDirectory { get; init; }

    /// <summary>Directories of this machine that the command may write to: for a server's socket, for one.</summary>
    public ImmutableArray<HostDirectory> HostDirectories { get; init; } = [];

    /// <summary>Whether the command sees what an action would see: the machine that is the same everywhere, and no more of it than an action may use.</summary>
    public bool AsAction { get; init; }

    /// <summary>Whether the command uses the network of this machine; without it, it has none but a loopback of its own.</summary>
    public bool HostNetwork { get; init; }
}

/// <summary>
/// Runs a command in the root of an action with our standard input, output and error: <c>monogres shell</c> and
/// <c>monogres run</c>. Ctrl-C in the terminal reaches the command as well as us; the caller ignores it meanwhile.
/// </summary>
/// <param name="store">Holds the trees.</param>
/// <param name="options">What every sandbox has in common.</param>
/// <param name="clock">For the time of last use of roots.</param>
public sealed class SandboxSession(LocalStore store, SandboxOptions options, TimeProvider clock)
{
    private readonly RootMaterializer _roots = new(store, clock);

    /// <summary>Runs the command to its end and returns its exit code, 128 + signal when it was killed.</summary>
    /// <exception cref="UserErrorException">No sandbox can be made on this machine, or the store's disk is full.</exception>
    /// <exception cref="BlobMissingException">A part of the layers is not in the store.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left running.</exception>
    public async Task<int> EnterAsync(SessionRequest request, CancellationToken cancel)
    {
        try
        {
            if (options.Mount == RootMount.Overlay && await EnterAsync(request, RootMount.Overlay, cancel) is { } exitCode)
                return exitCode;

            return await EnterAsync(request, RootMount.ReadOnly, cancel)
                ?? throw new InvalidOperationException("a read-only root does not need an overlay");
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, store.Directory);
        }
    }

    // Null when the kernel refused the overlay.
    private async Task<int?> EnterAsync(SessionRequest request, RootMount mount, CancellationToken cancel)
    {
        using var programsRoot = await _roots.MaterialiseAsync(options.ProgramsRoot, workingDirectory: null, cancel);
        using var work = mount == RootMount.Overlay
            ? await WorkDirectory.ForOverlayAsync(store, _roots, request.Layers, request.WorkingDirectory, cancel)
            : await WorkDirectory.ForReadOnlyRootAsync(store, _roots, await MergedAsync(request, cancel), request.WorkingDirectory, cancel);
        if (request.AsAction)
            work.FixMachine(options.ProcDirectory, options.Variation.ClockOffset);
        var child = ChildProcess.Start(new ChildStart { Arguments = CommandOf(request, programsRoot.Path, work, options.Limits).ToArguments(), Logs = null });
        await using (cancel.Register(child.Kill))
            await child.End;

        cancel.ThrowIfCancellationRequested();
        var status = work.ReadStatus();
        if (status.ExitCode is null && mount == RootMount.Overlay && status.Stage == SandboxStage.Namespaces)
            return null;

        return status.ExitCode
            ?? throw SandboxErrors.NotMade(status.Stage, KernelSettings.Read(options.ProcDirectory), Posix.GetUserId() == 0, "what the sandbox said stands above");
    }

    private ValueTask<Digest> MergedAsync(SessionRequest request, CancellationToken cancel) =>
        TreeUnion.MergeAsync(store.Blobs, [.. request.Layers.Select(layer => new UnionLayer(layer, Overrides: true))], cancel);

    private static SandboxCommand CommandOf(SessionRequest request, string programsRoot, WorkDirectory work, ActionLimits limits) => new()
    {
        Programs = SandboxPrograms.In(programsRoot, RuntimeInformation.OSArchitecture),
        WorkDirectory = work.Path,
        Mount = work.Mount,
        LayerCount = work.LayerCount,
        Arguments = request.Arguments,
        Environment = request.Environment,
        Directory = request.WorkingDirectory,
        UserId = CanonicalAction.UserId,
        HostName = CanonicalAction.HostName,
        MachineFiles = work.MachineFiles,
        TemporarySize = request.AsAction ? limits.Temporary : null,
        HostNetwork = request.HostNetwork,
        HostDirectories = request.HostDirectories,
        Interactive = true,
    };
}
