using Grpc.Core;
using Monogres.Protocol;
using Monogres.Store;

namespace Monogres.Remote.Tests.Engine;

/// <summary>ActionCache.</summary>
internal sealed class EngineResults(SmallEngine engine) : ActionCache.ActionCacheBase
{
    public override async Task<ActionResult> GetActionResult(GetActionResultRequest request, ServerCallContext context)
    {
        var fault = await engine.Faults.BeginAsync(nameof(GetActionResult), context);
        var found = engine.Results.GetValueOrDefault(request.ActionDigest.ToDigest())?.Clone();
        if (fault is EngineFault.Lies && !engine.Results.IsEmpty)
            found = engine.Results.First(pair => pair.Key != request.ActionDigest.ToDigest() || engine.Results.Count == 1).Value.Clone();
        if (found is null)
            throw new RpcException(new Grpc.Core.Status(StatusCode.NotFound, "no such result"));
        if (fault is EngineFault.Omits)
            found.OutputDirectories.Clear();
        return found;
    }

    public override async Task<ActionResult> UpdateActionResult(UpdateActionResultRequest request, ServerCallContext context)
    {
        var fault = await engine.Faults.BeginAsync(nameof(UpdateActionResult), context);
        if (fault is not EngineFault.Omits)
            engine.Results[request.ActionDigest.ToDigest()] = request.ActionResult;
        return request.ActionResult;
    }
}

/// <summary>Capabilities.</summary>
internal sealed class EngineCalls(SmallEngine engine) : Capabilities.CapabilitiesBase
{
    public override async Task<ServerCapabilities> GetCapabilities(GetCapabilitiesRequest request, ServerCallContext context)
    {
        await engine.Faults.BeginAsync(nameof(GetCapabilities), context);
        return engine.Capabilities;
    }
}
