using Google.Protobuf;
using Grpc.Core;
using Monogres.Protocol;
using Monogres.Store;
using Digest = Monogres.Core.Digest;
using RpcStatus = Monogres.Protocol.Status;

namespace Monogres.Remote.Tests.Engine;

/// <summary>ContentAddressableStorage.</summary>
internal sealed class EngineBlobs(SmallEngine engine) : ContentAddressableStorage.ContentAddressableStorageBase
{
    public override async Task<FindMissingBlobsResponse> FindMissingBlobs(FindMissingBlobsRequest request, ServerCallContext context)
    {
        var fault = await engine.Faults.BeginAsync(nameof(FindMissingBlobs), context);
        var missing = await engine.Blobs.FindMissingAsync([.. request.BlobDigests.Select(digest => digest.ToDigest())], context.CancellationToken);
        var answer = new FindMissingBlobsResponse();
        answer.MissingBlobDigests.AddRange(missing.Skip(fault is EngineFault.Omits ? 1 : 0).Select(Digests.ToWire));
        if (fault is EngineFault.Lies)
            answer.MissingBlobDigests.Add(new Protocol.Digest { Hash = "no hash", SizeBytes = -1 });
        return answer;
    }

    public override async Task<BatchReadBlobsResponse> BatchReadBlobs(BatchReadBlobsRequest request, ServerCallContext context)
    {
        var fault = await engine.Faults.BeginAsync(nameof(BatchReadBlobs), context);
        var answer = new BatchReadBlobsResponse();
        foreach (var digest in request.Digests.Skip(fault is EngineFault.Omits ? 1 : 0))
        {
            var response = new BatchReadBlobsResponse.Types.Response { Digest = digest, Status = new RpcStatus() };
            if (await engine.Blobs.ContainsAsync(digest.ToDigest(), context.CancellationToken))
                response.Data = ByteString.CopyFrom(Altered(await engine.Blobs.ReadAllAsync(digest.ToDigest(), context.CancellationToken), fault));
            else
                response.Status.Code = (int)StatusCode.NotFound;
            answer.Responses.Add(response);
        }

        return answer;
    }

    public override async Task<BatchUpdateBlobsResponse> BatchUpdateBlobs(BatchUpdateBlobsRequest request, ServerCallContext context)
    {
        var fault = await engine.Faults.BeginAsync(nameof(BatchUpdateBlobs), context);
        var answer = new BatchUpdateBlobsResponse();
        foreach (var blob in request.Requests.Skip(fault is EngineFault.Omits ? 1 : 0))
        {
            var right = Digest.Of(blob.Data.Span) == blob.Digest.ToDigest();
            if (right)
                await engine.Blobs.PutAsync(blob.Data.Memory, context.CancellationToken);
            answer.Responses.Add(new BatchUpdateBlobsResponse.Types.Response { Digest = blob.Digest, Status = new RpcStatus { Code = right ? 0 : (int)StatusCode.InvalidArgument } });
        }

        return answer;
    }

    /// <summary>The content, or another of the same length.</summary>
    public static byte[] Altered(byte[] content, EngineFault? fault)
    {
        if (fault is EngineFault.Lies && content.Length > 0)
            content[content.Length / 2] ^= 1;
        return content;
    }
}
