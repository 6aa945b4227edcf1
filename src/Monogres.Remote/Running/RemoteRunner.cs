using System.Collections.Immutable;
using System.Text;
using Grpc.Core;
using Monogres.Actions;
using Monogres.Actions.Outputs;
using Monogres.Core;
using Monogres.Remote.Blobs;
using Monogres.Remote.Connection;
using Monogres.Remote.Trees;
using Monogres.Store;
using Monogres.Store.Trees;
using Wire = Monogres.Protocol;

namespace Monogres.Remote.Running;

/// <summary>
/// Runs actions at an engine. Sends what it lacks of the inputs, has the action run in the engine's dialect, and brings output and
/// logs into the local store, verified. The canonical action stays the one by which the result is known. What the engine lost
/// meanwhile is sent again, once; a failure that comes out of the engine's own cache is run again.
/// </summary>
/// <param name="remote">The engine's blobs.</param>
/// <param name="local">The local store.</param>
/// <param name="trees">Sends inputs.</param>
/// <param name="dialects">Finds out how the engine runs actions.</param>
public sealed class RemoteRunner(RemoteBlobStore remote, IBlobStore local, TreeUpload trees, EngineDialects dialects) : IActionRunner
{
    // For sending and fetching at the engine, which is no part of an action's own time.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    private readonly RemoteConnection _connection = remote.Connection;
    private readonly TreeDownload _download = new(local, remote);

    /// <summary>Whether an engine may give what it remembers instead of running the action.</summary>
    public bool TakesRemembered { get; init; } = true;

    /// <inheritdoc/>
    /// <exception cref="BlobMissingException">A part of the action's input root is neither here nor there.</exception>
    public async Task<ActionOutcome> RunAsync(ActionRequest request, IProgress<LogProgress> log, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        log.Report(LogProgress.Of(ActionStage.Sending));
        try
        {
            var action = request.Action;
            var dialect = await dialects.FindAsync(cancel);
            var (message, command) = dialect.Dialect == Dialect.EngineRoot ? (action.ToAction(), action.ToCommand()) : await SelfEntry.OfAsync(action, dialect.Programs, local, cancel);
            var sent = await RemoteAction.StoreAsync(message, command, _connection.Options, await _connection.CapabilitiesAsync(cancel), local, cancel);
            return await EndAsync(action, sent, await ExecuteAsync(request, sent, log, cancel), log, cancel);
        }
        catch (RemoteException e)
        {
            return new ActionOutcome.EngineFailed(e.Message, e.Hint, []);
        }
    }

    /// <summary>Runs it, once more when the engine lacks an input, and when it only remembers that it failed.</summary>
    private async Task<Wire.ExecuteResponse> ExecuteAsync(ActionRequest request, RemoteAction sent, IProgress<LogProgress> log, CancellationToken cancel)
    {
        var (skip, again) = (request.IsRerun || !TakesRemembered, false);
        for (var count = 1; ; count++)
        {
            await trees.SendAsync([sent.Tree], [sent.Command, sent.Digest], cancel);
            Wire.ExecuteResponse response;
            try
            {
                response = await new Execution(_connection, _connection.Options.QueueLimit, request.Action.Timeout + Slack).RunAsync(sent.Digest, skip, log, cancel);
            }
            catch (RemoteException e) when (!again && IsOfInputs(e.Status))
            {
                (skip, again) = (true, true);
                trees.Forget();
                continue;
            }

            var status = (StatusCode)(response.Status?.Code ?? 0);
            if (status == StatusCode.OK && response is { CachedResult: true, Result.ExitCode: not 0 } && !skip)
            {
                skip = true;
            }
            else if (IsOfInputs(status) && !again)
            {
                (skip, again) = (true, true);
                trees.Forget();
            }
            else if (status is not (StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Aborted)
                || !await _connection.MayGoOnAsync(count, new RpcException(new Status(status, response.Status!.Message)), cancel))
            {
                return response;
            }
        }
    }

    // Engines say any of these when a blob is gone, seldom which.
    private static bool IsOfInputs(StatusCode status) => status is StatusCode.FailedPrecondition or StatusCode.NotFound or StatusCode.Internal;

    private async Task<ActionOutcome> EndAsync(CanonicalAction action, RemoteAction sent, Wire.ExecuteResponse response, IProgress<LogProgress> log, CancellationToken cancel)
    {
        var given = response.Result ?? new Wire.ActionResult();
        log.Report(LogProgress.Of(ActionStage.Fetching) with { Waited = response.CachedResult ? TimeSpan.Zero : WaitedFor(given.ExecutionMetadata) });
        var result = new Wire.ActionResult { ExitCode = given.ExitCode, ExecutionMetadata = MetadataOf(given) };
        result.StdoutDigest = (await LogAsync(given.StdoutRaw, given.StdoutDigest, cancel)).ToWire();
        result.StderrDigest = (await LogAsync(given.StderrRaw, given.StderrDigest, cancel)).ToWire();
        var status = (StatusCode)(response.Status?.Code ?? 0);
        if (status == StatusCode.DeadlineExceeded)
            return new ActionOutcome.TimedOut(action.Timeout, result);
        if (status != StatusCode.OK)
            return new ActionOutcome.EngineFailed($"`{_connection.Address}` could not run it: {status}", null, Lines(response.Status!.Message, response.Message));
        if (response.Result is null)
            throw RemoteErrors.Wrong(_connection.Address, "ended an action without a result");

        if (given.ExitCode == 0)
            return await SucceedAsync(action, sent, given, result, cancel);

        var errors = Encoding.UTF8.GetString(await local.ReadAllAsync(result.StderrDigest.ToDigest(), cancel));
        return given.ExitCode == SelfEntry.NotMadeCode && errors.TrimEnd().EndsWith(SelfEntry.NotMade, StringComparison.Ordinal)
            ? new ActionOutcome.EngineFailed($"a worker of `{_connection.Address}` could not make the sandbox", $"`monogres remote check {_connection.Address}` says what stands in the way", Lines(errors))
            : new ActionOutcome.Failed(given.ExitCode, result);
    }

    private async Task<ActionOutcome> SucceedAsync(CanonicalAction action, RemoteAction sent, Wire.ActionResult given, Wire.ActionResult result, CancellationToken cancel)
    {
        var seenAt = action.WorkingDirectory.Child(CanonicalAction.OutputDirectory);
        bool IsOutput(string path) => string.Equals(path, sent.OutputPath, StringComparison.Ordinal);
        if (given.OutputFiles.Any(file => IsOutput(file.Path)))
            return OutputProblems.NoDirectory(seenAt, "a file", result);
        if (given.OutputDirectories.FirstOrDefault(directory => IsOutput(directory.Path)) is not { } output)
            return OutputProblems.Missing(seenAt, result);

        try
        {
            var root = await _download.BringAsync(output, cancel);
            result.OutputDirectories.Add(new Wire.OutputDirectory { Path = CanonicalAction.OutputDirectory, RootDirectoryDigest = root.ToWire() });
            var problems = await ProblemsAsync(given, cancel);
            return problems.IsEmpty ? new ActionOutcome.Succeeded(result) : OutputProblems.Unusable(problems, result);
        }
        catch (BlobMissingException e)
        {
            return new ActionOutcome.EngineFailed($"`{_connection.Address}` did not keep all of the output", null, [e.Message]);
        }
    }

    private async Task<ImmutableArray<string>> ProblemsAsync(Wire.ActionResult given, CancellationToken cancel)
    {
        if (given.OutputFiles.FirstOrDefault(file => string.Equals(file.Path, RemoteAction.ProblemsPath, StringComparison.Ordinal)) is not { } file)
            return [];

        var digest = _download.Read(file.Digest);
        await _download.BringBlobsAsync([digest], cancel);
        return Lines(Encoding.UTF8.GetString(await local.ReadAllAsync(digest, cancel)));
    }

    private async Task<Digest> LogAsync(Google.Protobuf.ByteString raw, Wire.Digest? named, CancellationToken cancel)
    {
        if (raw.Length > 0 || named is null)
            return await local.PutAsync(raw.Memory, cancel);

        try
        {
            var digest = _download.Read(named);
            await _download.BringBlobsAsync([digest], cancel);
            return digest;
        }
        catch (BlobMissingException)
        {
            return await local.PutAsync("(the engine has lost the log)\n"u8.ToArray(), cancel);
        }
    }

    // An engine that tells no stages may tell afterwards when a worker took it; what its clock says is worth an estimate.
    private static TimeSpan WaitedFor(Wire.ExecutedActionMetadata? metadata) =>
        metadata is { QueuedTimestamp: { } queued, WorkerStartTimestamp: { } started } && started.CompareTo(queued) > 0 ? (started - queued).ToTimeSpan() : TimeSpan.Zero;

    // Times of the engine's clock, for people; what others wrote besides is not kept.
    private static Wire.ExecutedActionMetadata? MetadataOf(Wire.ActionResult given)
    {
        var metadata = given.ExecutionMetadata?.Clone();
        metadata?.AuxiliaryMetadata.Clear();
        return metadata;
    }

    private static ImmutableArray<string> Lines(params string[] texts) => [.. texts.SelectMany(text => text.Split('\n')).Select(line => string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c)).TrimEnd()).Where(line => line.Length > 0).TakeLast(25)];
}
