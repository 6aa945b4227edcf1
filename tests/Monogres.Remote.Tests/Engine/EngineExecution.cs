using System.Collections.Immutable;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing;
using Action = Monogres.Protocol.Action;
using Digest = Monogres.Core.Digest;
using RpcStatus = Monogres.Protocol.Status;

namespace Monogres.Remote.Tests.Engine;

/// <summary>Execution: one engine whose actions have the input root as their root.</summary>
internal sealed class EngineExecution(SmallEngine engine) : Protocol.Execution.ExecutionBase
{
    public override async Task Execute(ExecuteRequest request, IServerStreamWriter<Operation> responseStream, ServerCallContext context)
    {
        var fault = await engine.Faults.BeginAsync(nameof(Execute), context);
        var name = $"operation {engine.Operations.Count + 1}";
        var running = engine.Operations[name] = RunAsync(name, request, fault);
        await AnswerAsync(name, running, fault, responseStream, context);
    }

    public override async Task WaitExecution(WaitExecutionRequest request, IServerStreamWriter<Operation> responseStream, ServerCallContext context)
    {
        var fault = await engine.Faults.BeginAsync(nameof(WaitExecution), context);
        if (!engine.Operations.TryGetValue(request.Name, out var running))
            throw new RpcException(new Grpc.Core.Status(StatusCode.NotFound, "no such operation"));
        await AnswerAsync(request.Name, running, fault, responseStream, context);
    }

    private static async Task AnswerAsync(string name, Task<Operation> running, EngineFault? fault, IServerStreamWriter<Operation> answer, ServerCallContext context)
    {
        await answer.WriteAsync(new Operation { Name = name, Metadata = Any.Pack(new ExecuteOperationMetadata { Stage = ExecutionStage.Types.Value.Queued }) });
        if (fault is EngineFault.Cut cut)
        {
            EngineFaults.End(cut);
            return;
        }

        await answer.WriteAsync(await running.WaitAsync(context.CancellationToken));
    }

    private async Task<Operation> RunAsync(string name, ExecuteRequest request, EngineFault? fault)
    {
        var digest = request.ActionDigest.ToDigest();
        if (!request.SkipCacheLookup && engine.Results.TryGetValue(digest, out var known))
            return Done(name, new ExecuteResponse { Result = known, CachedResult = true });

        try
        {
            engine.Runs.Enqueue(digest);
            var action = await engine.Blobs.ReadMessageAsync(Action.Parser, digest, CancellationToken.None);
            var command = await engine.Blobs.ReadMessageAsync(Command.Parser, action.CommandDigest.ToDigest(), CancellationToken.None);
            var missing = await TreeBlobs.FindMissingAsync(engine.Blobs, action.InputRootDigest.ToDigest(), CancellationToken.None);
            if (missing.Count > 0)
                throw new BlobMissingException(missing.First(), "is not at the engine");

            return Done(name, command.OutputPaths.Concat(command.OutputFiles).Contains("report", StringComparer.Ordinal) ? await ReportAsync() : await RunAsync(action, command, fault));
        }
        catch (BlobMissingException e)
        {
            return Done(name, new ExecuteResponse { Status = new RpcStatus { Code = (int)StatusCode.FailedPrecondition, Message = e.Message } });
        }
    }

    private async Task<ExecuteResponse> RunAsync(Action action, Command command, EngineFault? fault)
    {
        var request = new ActionRequest
        {
            Name = "remote",
            Layers = [action.InputRootDigest.ToDigest()],
            Action = new CanonicalAction
            {
                InputRoot = action.InputRootDigest.ToDigest(),
                Arguments = [.. command.Arguments],
                Environment = command.EnvironmentVariables.ToImmutableSortedDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal),
                WorkingDirectory = RelativePath.Parse(command.WorkingDirectory),
                Timeout = action.Timeout.ToTimeSpan(),
            },
        };
        var outcome = await new MemoryShell(engine.Blobs).RunAsync(request, CancellationToken.None);
        var response = outcome switch
        {
            ActionOutcome.Succeeded(var result) => new ExecuteResponse { Result = result },
            ActionOutcome.Failed(_, var result) => new ExecuteResponse { Result = result },
            ActionOutcome.TimedOut(_, var result) => new ExecuteResponse { Result = result, Status = new RpcStatus { Code = (int)StatusCode.DeadlineExceeded } },
            ActionOutcome.Refused({ } reason, _, var result) => new ExecuteResponse { Result = WithFile(result, reason) },
            _ => throw new NotSupportedException(outcome.ToString()),
        };
        if (fault is EngineFault.Omits && response.Result.OutputDirectories is [var output, ..])
            engine.Blobs.Drop(output.RootDirectoryDigest.ToDigest());
        if (fault is EngineFault.Lies && response.Result.OutputDirectories is [var lied, ..])
            lied.RootDirectoryDigest = new Protocol.Digest { Hash = new string('0', 64), SizeBytes = 7 };
        return response;
    }

    // An output that is a file; an engine without words for it gives the file.
    private static ActionResult WithFile(ActionResult result, string reason)
    {
        if (reason.EndsWith("is a file", StringComparison.Ordinal))
            result.OutputFiles.Add(new OutputFile { Path = CanonicalAction.OutputDirectory, Digest = Digest.Empty.ToWire() });
        return result;
    }

    private async Task<ExecuteResponse> ReportAsync()
    {
        var report = await engine.Blobs.PutAsync(Encoding.UTF8.GetBytes(engine.Report), CancellationToken.None);
        return new ExecuteResponse { Result = new ActionResult { OutputFiles = { new OutputFile { Path = "report", Digest = report.ToWire() } } } };
    }

    private static Operation Done(string name, ExecuteResponse response) => new() { Name = name, Done = true, Response = Any.Pack(response) };
}

/// <summary>Operations.</summary>
internal sealed class EngineOperations(SmallEngine engine) : Operations.OperationsBase
{
    public override async Task<Empty> CancelOperation(CancelOperationRequest request, ServerCallContext context)
    {
        await engine.Faults.BeginAsync(nameof(CancelOperation), context);
        engine.Cancelled.Enqueue(request.Name);
        return new Empty();
    }
}
