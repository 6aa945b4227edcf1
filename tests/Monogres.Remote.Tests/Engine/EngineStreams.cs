using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Store;
using Monogres.Store.Archives;
using Digest = Monogres.Core.Digest;

namespace Monogres.Remote.Tests.Engine;

/// <summary>ByteStream.</summary>
internal sealed class EngineStreams(SmallEngine engine) : ByteStream.ByteStreamBase
{
    private const int Piece = 64 << 10;

    public override async Task Read(ReadRequest request, IServerStreamWriter<ReadResponse> responseStream, ServerCallContext context)
    {
        var fault = await engine.Faults.BeginAsync(nameof(Read), context);
        var digest = DigestIn(request.ResourceName);
        if (!await engine.Blobs.ContainsAsync(digest, context.CancellationToken))
            throw new RpcException(new Grpc.Core.Status(StatusCode.NotFound, "no such blob"));

        var content = EngineBlobs.Altered(await engine.Blobs.ReadAllAsync(digest, context.CancellationToken), fault);
        if (IsCompressed(request.ResourceName) && fault is not EngineFault.Plain)
            content = await ZippedAsync(content.AsMemory((int)request.ReadOffset..));
        var start = IsCompressed(request.ResourceName) ? 0 : request.ReadOffset;
        var end = fault is EngineFault.Cut or EngineFault.Omits ? (start + content.Length) / 2 : content.Length;
        for (var at = start; at < end; at += Piece)
            await responseStream.WriteAsync(new ReadResponse { Data = ByteString.CopyFrom(content.AsSpan((int)at, (int)Math.Min(Piece, end - at))) });
        if (fault is EngineFault.Cut cut)
            EngineFaults.End(cut);
    }

    public override async Task<WriteResponse> Write(IAsyncStreamReader<WriteRequest> requestStream, ServerCallContext context)
    {
        var fault = await engine.Faults.BeginAsync(nameof(Write), context);
        string? name = null;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var piece = requestStream.Current;
            name ??= piece.ResourceName;
            var digest = DigestIn(name);
            if (await engine.Blobs.ContainsAsync(digest, context.CancellationToken))
                return new WriteResponse { CommittedSize = digest.Size };

            var before = engine.Uploads.GetValueOrDefault(name, []);
            if (piece.WriteOffset != before.Length)
                throw new RpcException(new Grpc.Core.Status(StatusCode.InvalidArgument, $"offset {piece.WriteOffset} after {before.Length}"));

            var content = engine.Uploads[name] = [.. before, .. piece.Data.Span];
            if (fault is EngineFault.Cut cut)
                EngineFaults.End(cut);
            if (piece.FinishWrite)
            {
                var whole = IsCompressed(name) ? await UnzippedAsync(content) : content;
                if (Digest.Of(whole) != digest)
                    throw new RpcException(new Grpc.Core.Status(StatusCode.InvalidArgument, "another digest"));
                await engine.Blobs.PutAsync(whole, context.CancellationToken);
                return new WriteResponse { CommittedSize = fault is EngineFault.Lies ? 1 : content.Length };
            }
        }

        throw new RpcException(new Grpc.Core.Status(StatusCode.InvalidArgument, "not finished"));
    }

    public override async Task<QueryWriteStatusResponse> QueryWriteStatus(QueryWriteStatusRequest request, ServerCallContext context)
    {
        await engine.Faults.BeginAsync(nameof(QueryWriteStatus), context);
        return engine.Uploads.TryGetValue(request.ResourceName, out var content)
            ? new QueryWriteStatusResponse { CommittedSize = content.Length }
            : throw new RpcException(new Grpc.Core.Status(StatusCode.NotFound, "no such upload"));
    }

    private static bool IsCompressed(string name) => name.Contains("compressed-blobs/zstd/", StringComparison.Ordinal);

    private static async Task<byte[]> ZippedAsync(ReadOnlyMemory<byte> content)
    {
        using var plain = new MemoryStream(content.ToArray());
        using var zipped = new ZstdCompressed(plain);
        return await AllAsync(zipped);
    }

    private static async Task<byte[]> UnzippedAsync(byte[] content)
    {
        using var plain = Decompression.Open(new MemoryStream(content), Compression.Zstd, ArchiveLimits.Default);
        return await AllAsync(plain);
    }

    private static async Task<byte[]> AllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    private static Digest DigestIn(string name)
    {
        var words = name.Split('/');
        return new Digest(Sha256Hash.Parse(words[^2]), long.Parse(words[^1], CultureInfo.InvariantCulture));
    }
}
