using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Monogres.Protocol;
using Monogres.Remote.Connection;
using Monogres.Testing.Stores;
using Digest = Monogres.Core.Digest;

namespace Monogres.Remote.Tests.Engine;

/// <summary>
/// An engine in the tests' own process: blobs and results in memory, commands run by the shell in memory, over gRPC on the loopback
/// interface. Does what is right, but for what <see cref="Faults"/> says.
/// </summary>
public sealed class SmallEngine : IAsyncDisposable
{
    private readonly WebApplication _server;

    private SmallEngine(WebApplication server) => _server = server;

    /// <summary>What goes wrong.</summary>
    public EngineFaults Faults { get; } = new();

    /// <summary>Its blobs.</summary>
    public MemoryBlobStore Blobs { get; } = new();

    /// <summary>Its results.</summary>
    public ConcurrentDictionary<Digest, ActionResult> Results { get; } = new();

    /// <summary>Its operations, by name, with the end of each.</summary>
    internal ConcurrentDictionary<string, Task<Operation>> Operations { get; } = new(StringComparer.Ordinal);

    /// <summary>What was sent of uploads, by name.</summary>
    internal ConcurrentDictionary<string, byte[]> Uploads { get; } = new(StringComparer.Ordinal);

    /// <summary>The actions that were run, in order.</summary>
    public ConcurrentQueue<Digest> Runs { get; } = new();

    /// <summary>The operations that were cancelled.</summary>
    public ConcurrentQueue<string> Cancelled { get; } = new();

    /// <summary>The headers of the last call.</summary>
    public IHeaderDictionary Headers { get; private set; } = new HeaderDictionary();

    /// <summary>The header <c>authorization</c> without which it answers nobody; null when it answers all.</summary>
    public string? Authorization { get; set; }

    /// <summary>What it says it can.</summary>
    public ServerCapabilities Capabilities { get; } = new()
    {
        CacheCapabilities = new CacheCapabilities
        {
            DigestFunctions = { DigestFunction.Types.Value.Sha256 },
            ActionCacheUpdateCapabilities = new ActionCacheUpdateCapabilities { UpdateEnabled = true },
        },
        ExecutionCapabilities = new ExecutionCapabilities { DigestFunction = DigestFunction.Types.Value.Sha256, ExecEnabled = true },
        LowApiVersion = new SemVer { Major = 2 },
        HighApiVersion = new SemVer { Major = 2, Minor = 3 },
    };

    /// <summary>What a probe finds out.</summary>
    public string Report { get; set; } = "root engine\nproc yes\ndev yes\ntmp yes\nuser 1000\nnetwork closed\nenter no\n";

    /// <summary>Its address.</summary>
    public RemoteAddress Address => RemoteAddress.Parse(
        _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single().Replace("http", "grpc", StringComparison.Ordinal));

    /// <summary>Starts one.</summary>
    /// <param name="messageBytes">The largest message that it takes.</param>
    /// <param name="tls">Its certificate and what it wants of clients; null for an engine in the clear.</param>
    public static async Task<SmallEngine> StartAsync(int messageBytes = 4 << 20, HttpsConnectionAdapterOptions? tls = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (tls is not null)
                listen.UseHttps(tls);
        }));
        builder.Services.AddGrpc(options => (options.MaxReceiveMessageSize, options.MaxSendMessageSize) = (messageBytes, messageBytes));
        SmallEngine? engine = null;
        builder.Services.AddSingleton(_ => engine!);
        var server = builder.Build();
        engine = new SmallEngine(server);
        server.Use(async (context, next) =>
        {
            engine.Headers = context.Request.Headers;
            if (engine.Authorization is null || engine.Headers.Authorization == engine.Authorization)
            {
                await next(context);
                return;
            }

            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = ((int)Grpc.Core.StatusCode.Unauthenticated).ToString(System.Globalization.CultureInfo.InvariantCulture);
            context.Response.Headers["grpc-message"] = "the token has expired";
        });
        server.MapGrpcService<EngineBlobs>();
        server.MapGrpcService<EngineStreams>();
        server.MapGrpcService<EngineResults>();
        server.MapGrpcService<EngineCalls>();
        server.MapGrpcService<EngineExecution>();
        server.MapGrpcService<EngineOperations>();
        await server.StartAsync();
        return engine;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();
}
