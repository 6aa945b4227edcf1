using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Google.Protobuf.WellKnownTypes;
using Monogres.Actions;
using Monogres.Actions.Outputs;
using Monogres.Core;
using Monogres.Sandbox.Linux;
using Monogres.Sandbox.Outputs;
using Monogres.Sandbox.Roots;
using Monogres.Store;
using Monogres.Store.Disk;
using Monogres.Store.Local;
using Wire = Monogres.Protocol;

namespace Monogres.Sandbox;

/// <summary>
/// Runs actions on this machine, each with its declared inputs and nothing else: its layers under an overlay in a user
/// namespace, bubblewrap on top. Needs no rights; leaves nothing running, however it ends. Knows nothing of caching.
/// Several actions may run at once.
/// </summary>
/// <param name="store">Holds the trees; takes outputs and logs.</param>
/// <param name="options">What every sandbox has in common.</param>
/// <param name="clock">For time-outs, and for the times in results.</param>
public sealed class SandboxRunner(LocalStore store, SandboxOptions options, TimeProvider clock) : IActionRunner, IAsyncDisposable
{
    private readonly RootMaterializer _roots = new(store, clock);
    private readonly OutputCapture _capture = new(store.Blobs);
    private readonly BackgroundRemoval _removal = new();
    private RootMount _mount = options.Variation.Mount ?? options.Mount;

    /// <inheritdoc/>
    /// <exception cref="BlobMissingException">A part of the action's layers, or of the sandbox's own root, is not in the store.</exception>
    /// <exception cref="ArgumentException">The action has no sensible working directory or output: we are wrong.</exception>
    public async Task<ActionOutcome> RunAsync(ActionRequest request, IProgress<LogProgress> log, CancellationToken cancel)
    {
        var metadata = new Wire.ExecutedActionMetadata { Worker = "local", WorkerStartTimestamp = Now(), InputFetchStartTimestamp = Now() };
        try
        {
            using var programsRoot = await _roots.MaterialiseAsync(options.ProgramsRoot, workingDirectory: null, cancel);
            var programs = SandboxPrograms.In(programsRoot.Path, RuntimeInformation.OSArchitecture);
            var mount = _mount;
            var outcome = await RunAsync(request, programs, mount, metadata, log, cancel);
            if (outcome is not null)
                return outcome;

            // Neither the session nor the machine will change its mind.
            _mount = RootMount.ReadOnly;
            return await RunAsync(request, programs, RootMount.ReadOnly, metadata, log, cancel)
                ?? throw new InvalidOperationException("a read-only root does not need an overlay");
        }
        catch (UserErrorException e)
        {
            return EngineFailed(e);
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            return EngineFailed(StoreErrors.OfDisk(e, store.Directory));
        }
    }

    /// <summary>Waits until what sandboxes have left on disk is deleted.</summary>
    public ValueTask DisposeAsync() => _removal.DisposeAsync();

    private static ActionOutcome.EngineFailed EngineFailed(UserErrorException error) => new(error.Message, error.Hint, [.. error.Details]);

    // Null when the kernel refused the overlay.
    private async Task<ActionOutcome?> RunAsync(
        ActionRequest request, SandboxPrograms programs, RootMount mount, Wire.ExecutedActionMetadata metadata, IProgress<LogProgress> log, CancellationToken cancel)
    {
        var action = request.Action;
        var work = mount == RootMount.Overlay
            ? await WorkDirectory.ForOverlayAsync(store, _roots, request.Layers, action.WorkingDirectory, cancel)
            : await WorkDirectory.ForReadOnlyRootAsync(store, _roots, action.InputRoot, action.WorkingDirectory, cancel);
        try
        {
            RefuseInputsInOutput(work, action);
            metadata.InputFetchCompletedTimestamp = metadata.ExecutionStartTimestamp = Now();
            work.FixMachine(options.ProcDirectory, options.Variation.ClockOffset);
            var watch = new ResourceWatch(options.Limits, options.ProcDirectory);
            var (timedOut, code) = await ExecuteAsync(CommandOf(action, programs, work), work, watch, action.Timeout, log, cancel);
            metadata.ExecutionCompletedTimestamp = metadata.OutputUploadStartTimestamp = Now();
            cancel.ThrowIfCancellationRequested();

            var status = work.ReadStatus();
            if (status.ExitCode is null && !timedOut && watch.Exceeded is null)
            {
                if (code > 128)
                    throw SandboxErrors.Killed(code - 128);

                if (mount == RootMount.Overlay && status.Stage == SandboxStage.Namespaces)
                    return null;

                throw SandboxErrors.NotMade(status.Stage, KernelSettings.Read(options.ProcDirectory), Posix.GetUserId() == 0, await File.ReadAllTextAsync(work.Error, cancel));
            }

            return await CollectAsync(action, work, watch, status.ExitCode, metadata, cancel);
        }
        finally
        {
            _removal.Add(work);
        }
    }

    private async Task<(bool TimedOut, int Code)> ExecuteAsync(
        SandboxCommand command, WorkDirectory work, ResourceWatch watch, TimeSpan limit, IProgress<LogProgress> log, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(limit, clock);
        using var ended = new CancellationTokenSource();
        var child = ChildProcess.Start(new ChildStart { Arguments = command.ToArguments(), Logs = (work.Output, work.Error) });
        var following = Task.WhenAll(
            new LogTail([work.Output, work.Error], log).FollowAsync(clock, ended.Token),
            watch.WatchAsync(() => child.Id, work, child.Kill, clock, ended.Token));
        try
        {
            await using var onDeadline = deadline.Token.Register(child.Kill);
            await using var onCancel = cancel.Register(child.Kill);
            var code = await child.End;
            return (deadline.IsCancellationRequested, code);
        }
        finally
        {
            await ended.CancelAsync();
            await following;
        }
    }

    private async Task<ActionOutcome> CollectAsync(CanonicalAction action, WorkDirectory work, ResourceWatch watch, int? exitCode, Wire.ExecutedActionMetadata metadata, CancellationToken cancel)
    {
        BoundedLog.Shorten(work.Output);
        BoundedLog.Shorten(work.Error);
        var temporaryWasFull = watch.TemporaryWasFull || work.SaysFull();
        var result = new Wire.ActionResult
        {
            ExitCode = exitCode ?? 128 + Posix.SIGKILL,
            StdoutDigest = (await store.Blobs.PutFileAsync(work.Output, cancel)).ToWire(),
            StderrDigest = (await store.Blobs.PutFileAsync(work.Error, cancel)).ToWire(),
            ExecutionMetadata = metadata,
        };
        var outcome = exitCode switch
        {
            _ when watch.Exceeded is { } limit => Exceeded(limit),
            null => new ActionOutcome.TimedOut(action.Timeout, result),
            0 => await CaptureAsync(action, work, result, cancel),
            // Whatever the command said then, it is not to blame.
            { } when StoreErrors.IfFull(store.Directory) is { } full => EngineFailed(full),
            { } when temporaryWasFull => Exceeded(ActionLimit.Temporary),
            { } code => new ActionOutcome.Failed(code, result),
        };
        metadata.OutputUploadCompletedTimestamp = metadata.WorkerCompletedTimestamp = Now();
        return outcome;

        ActionOutcome.LimitExceeded Exceeded(ActionLimit limit) => new(limit, options.Limits[limit], result);
    }

    private async Task<ActionOutcome> CaptureAsync(CanonicalAction action, WorkDirectory work, Wire.ActionResult result, CancellationToken cancel)
    {
        var seenAt = action.WorkingDirectory.Child(CanonicalAction.OutputDirectory);
        var directory = work.Written(action.WorkingDirectory, CanonicalAction.OutputDirectory);
        var stray = work.Mount == RootMount.Overlay ? StrayFiles.Find(work.WrittenDirectory, action.WorkingDirectory) : [];
        if (work.IsUntouched(seenAt) && work.Layers.Any(layer => FileStatus.Of($"{layer}/{seenAt}") is { IsDirectory: true }))
            return Captured(await store.Blobs.PutMessageAsync(new Wire.Directory(), cancel), stray);

        if (directory is null || FileStatus.Of(directory) is not { } status)
            return OutputProblems.Missing(seenAt, result);

        if (!status.IsDirectory)
            return OutputProblems.NoDirectory(seenAt, status.Kind, result);

        var output = await _capture.TakeAsync(directory, cancel);
        return Captured(output.Root, [.. output.Problems, .. stray]);

        ActionOutcome Captured(Digest root, ImmutableArray<string> problems)
        {
            result.OutputDirectories.Add(new Wire.OutputDirectory { Path = CanonicalAction.OutputDirectory, RootDirectoryDigest = root.ToWire() });
            return problems.IsEmpty ? new ActionOutcome.Succeeded(result) : OutputProblems.Unusable(problems, result);
        }
    }

    // An overlay's upper directory holds only what was written: files that were there before would silently be missing.
    private static void RefuseInputsInOutput(WorkDirectory work, CanonicalAction action)
    {
        var output = action.WorkingDirectory.Child(CanonicalAction.OutputDirectory);
        foreach (var layer in work.Layers)
        {
            var directory = $"{layer}/{output}";
            if (FileStatus.Of(directory) is { } status && (!status.IsDirectory || Directory.EnumerateFileSystemEntries(directory).Any()))
                throw new ArgumentException($"the input root has something at the output directory `{output}`", nameof(action));
        }
    }

    private SandboxCommand CommandOf(CanonicalAction action, SandboxPrograms programs, WorkDirectory work) => new()
    {
        Programs = programs,
        WorkDirectory = work.Path,
        Mount = work.Mount,
        LayerCount = work.LayerCount,
        Arguments = action.Arguments,
        Environment = options.Variation.MakeFlags is { } flags ? action.Environment.SetItem("GNUMAKEFLAGS", flags) : action.Environment,
        Directory = action.WorkingDirectory,
        UserId = CanonicalAction.UserId,
        HostName = CanonicalAction.HostName,
        MachineFiles = work.MachineFiles,
        ClockFile = work.ClockFile,
        TemporarySize = options.Limits.Temporary,
    };

    private Timestamp Now() => Timestamp.FromDateTimeOffset(clock.GetUtcNow());
}
