using Google.Protobuf;
using Grpc.Core;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Remote.Connection;
using Monogres.Store;
using Digest = Monogres.Core.Digest;

namespace Monogres.Remote.Running;

/// <summary>
/// Follows one action at an engine to its end (REAPI Execute and WaitExecution). A stream that breaks is taken up again by the name of
/// its operation; an operation that the engine has forgotten is begun again. Ends after a limit, also when the engine is silent, or
/// lets the action wait for a worker that never comes. What is cancelled here is cancelled there.
/// </summary>
internal sealed class Execution(RemoteConnection connection, TimeSpan queueLimit, TimeSpan runLimit)
{
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(5);

    // What lies between often ends a call after a minute or so, however well the engine is. That is no failure, or a long action
    // would use up what a run may try again.
    private static readonly TimeSpan LongCall = TimeSpan.FromSeconds(10);

    private readonly Protocol.Execution.ExecutionClient _engine = new(connection.Calls);
    private string? _operation;
    private ExecutionStage.Types.Value _stage;
    private ActionStage? _told;

    /// <summary>Runs it.</summary>
    /// <param name="action">The action's key; all that it names is at the engine.</param>
    /// <param name="skipCache">Whether the engine must not answer from its own cache.</param>
    /// <param name="log">Told of stages, as far as the engine tells them.</param>
    /// <param name="cancel">Stops it there.</param>
    /// <exception cref="RemoteException">The engine could not run it to its end.</exception>
    public async Task<ExecuteResponse> RunAsync(Digest action, bool skipCache, IProgress<LogProgress> log, CancellationToken cancel)
    {
        // Many engines tell no stage: then it runs, as far as we know.
        Tell(ActionStage.Running, log);
        // What an engine does not tell is whether an action waits or runs; then both limits together hold.
        using var all = new CancellationTokenSource(queueLimit + runLimit, connection.Time);
        using var queue = new CancellationTokenSource(queueLimit, connection.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(all.Token, cancel);
        await using var onQueue = queue.Token.Register(() =>
        {
            if (_stage is ExecutionStage.Types.Value.Queued or ExecutionStage.Types.Value.CacheCheck)
                stop.Cancel();
        });
        try
        {
            for (var count = 1; ; count++)
            {
                var began = connection.Time.GetTimestamp();
                try
                {
                    return await FollowAsync(action, skipCache, log, stop.Token);
                }
                catch (RpcException e) when (!stop.IsCancellationRequested)
                {
                    if (e.StatusCode == StatusCode.NotFound && _operation is not null)
                        _operation = null;
                    else if (_operation is not null && connection.Time.GetElapsedTime(began) >= LongCall)
                        count = 0;
                    else if (!await connection.MayGoOnAsync(count, e, stop.Token))
                        throw RemoteErrors.Of(connection.Address, "run an action", e);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException)
        {
            await CancelThereAsync();
            cancel.ThrowIfCancellationRequested();
            throw _stage is ExecutionStage.Types.Value.Queued or ExecutionStage.Types.Value.CacheCheck
                ? new RemoteException(
                    $"`{connection.Address}` had no worker for the action within {queueLimit.TotalMinutes:0} minutes",
                    "no worker may have the platform properties that were asked for: see `--remote-property`", StatusCode.DeadlineExceeded)
                : new RemoteException($"`{connection.Address}` did not end the action within {(queueLimit + runLimit).TotalMinutes:0} minutes", "its scheduler or its worker may have stopped", StatusCode.DeadlineExceeded);
        }
    }

    private async Task<ExecuteResponse> FollowAsync(Digest action, bool skipCache, IProgress<LogProgress> log, CancellationToken stop)
    {
        var options = connection.OptionsOf(stop);
        using var call = _operation is { } name
            ? _engine.WaitExecution(new WaitExecutionRequest { Name = name }, options)
            : _engine.Execute(new ExecuteRequest { InstanceName = connection.Address.Instance, ActionDigest = action.ToWire(), SkipCacheLookup = skipCache }, options);
        while (await call.ResponseStream.MoveNext(stop))
        {
            var operation = call.ResponseStream.Current;
            if (operation.Name.Length > 0)
                _operation = operation.Name;
            if (operation.Metadata is { } metadata && metadata.TryUnpack(out ExecuteOperationMetadata stage))
            {
                _stage = stage.Stage;
                Tell(_stage is ExecutionStage.Types.Value.Queued or ExecutionStage.Types.Value.CacheCheck ? ActionStage.Queued : ActionStage.Running, log);
            }

            if (operation.Done)
                return ResponseOf(operation);
        }

        throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "the answer ended too early"));
    }

    private void Tell(ActionStage stage, IProgress<LogProgress> log)
    {
        if (_told != stage)
            log.Report(LogProgress.Of(stage));
        _told = stage;
    }

    private ExecuteResponse ResponseOf(Operation operation)
    {
        if (operation.Error is { } error)
            return new ExecuteResponse { Status = error };

        try
        {
            return operation.Response is { } response && response.TryUnpack(out ExecuteResponse read) ? read : throw RemoteErrors.Wrong(connection.Address, "ended an action without saying how");
        }
        catch (InvalidProtocolBufferException)
        {
            throw RemoteErrors.Wrong(connection.Address, "ended an action with something that is not an answer");
        }
    }

    // As well as it goes: many engines do not know how.
    private async Task CancelThereAsync()
    {
        if (_operation is null)
            return;

        // By the machine's own clock: whatever ended the action must not end the word of it, too.
        using var limit = new CancellationTokenSource(CancelLimit);
        try
        {
            await new Operations.OperationsClient(connection.Calls).CancelOperationAsync(new CancelOperationRequest { Name = _operation }, connection.OptionsOf(limit.Token));
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            // Then its own limit ends it.
        }
    }
}
