using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Monogres.Core;
using Monogres.Protocol;

namespace Monogres.Remote.Connection;

/// <summary>
/// The connection to one engine: who we are, how long a call may take, and which calls are made once more. Nothing is sent before
/// the first call. Every call carries <c>RequestMetadata</c>, which some engines insist on. Safe for several threads.
/// </summary>
public sealed class RemoteConnection : IDisposable
{
    // Together with the waiting between them (0.1 to 3.2 seconds, doubled each time) half a minute for an engine that restarts.
    private const int Attempts = 7;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan KeepAliveLimit = TimeSpan.FromSeconds(30);

    private readonly GrpcChannel _channel;
    private readonly Metadata _headers = [];
    private readonly SemaphoreSlim _asking = new(1);
    private readonly RetryBudget _budget;
    private EngineCapabilities? _capabilities;

    /// <summary>Prepares a connection.</summary>
    /// <param name="options">The engine.</param>
    /// <param name="version">Of this tool, told to the engine.</param>
    /// <param name="budget">How often calls may be made once more.</param>
    /// <param name="time">Measures limits, and waits.</param>
    /// <exception cref="UserErrorException">A file with a secret or a certificate cannot be used.</exception>
    public RemoteConnection(RemoteOptions options, string version, RetryBudget budget, TimeProvider time)
    {
        (Options, Time, _budget) = (options, time, budget);
        if (options.Credentials.HasSecrets && options.Address is { IsSecure: false, Server.IsLoopback: false })
            throw RemoteErrors.SecretInTheClear(options.Address);

        var metadata = new RequestMetadata
        {
            ToolDetails = new ToolDetails { ToolName = "monogres", ToolVersion = version },
            ToolInvocationId = RandomId(),
        };
        _headers.Add("build.bazel.remote.execution.v2.requestmetadata-bin", metadata.ToByteArray());
        if (options.Credentials.Authorization() is { } authorization)
            _headers.Add("authorization", authorization);

        _channel = GrpcChannel.ForAddress(options.Address.Server, new GrpcChannelOptions
        {
            HttpHandler = Handler(options.Credentials),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = 16 << 20,
            MaxSendMessageSize = null,
            // Ours, below: they know which calls are safe, and what the whole run may cost.
            MaxRetryAttempts = null,
        });
        Calls = _channel.CreateCallInvoker();
    }

    /// <summary>
    /// After how long a silence an engine is asked whether it is there. Servers of gRPC take more than one question in five minutes for
    /// an attack and end the connection (https://github.com/grpc/grpc/blob/master/doc/keepalive.md), with all actions that are followed over it.
    /// </summary>
    public static TimeSpan KeepAlive { get; } = TimeSpan.FromMinutes(6);

    /// <summary>The engine.</summary>
    public RemoteOptions Options { get; }

    /// <summary>Where it is.</summary>
    public RemoteAddress Address => Options.Address;

    internal TimeProvider Time { get; }

    internal CallInvoker Calls { get; }

    /// <summary>A name that no other client uses, for uploads and for what the engine writes into its logs.</summary>
    internal static string RandomId()
    {
        // No output depends on it.
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new Guid(bytes).ToString();
    }

    /// <summary>What the engine can; asked once.</summary>
    /// <exception cref="RemoteException">It is not reached, or we cannot work with it.</exception>
    public async ValueTask<EngineCapabilities> CapabilitiesAsync(CancellationToken cancel)
    {
        if (_capabilities is { } known)
            return known;

        await _asking.WaitAsync(cancel);
        try
        {
            return _capabilities ??= EngineCapabilities.Of(Address, await UnaryAsync(
                "say what it can", options => new Capabilities.CapabilitiesClient(Calls).GetCapabilitiesAsync(new GetCapabilitiesRequest { InstanceName = Address.Instance }, options), cancel));
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>Makes a call that is safe to make again, within its time, and again when that may help.</summary>
    /// <param name="what">What it is for, after "could not".</param>
    /// <param name="call">Begins it.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="RemoteException">It failed.</exception>
    internal Task<T> UnaryAsync<T>(string what, Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancel) => RetryAsync(what, async stop =>
    {
        using var begun = call(OptionsOf(stop));
        return await begun.ResponseAsync;
    }, cancel);

    /// <summary>Does something that is safe to do again, as <see cref="UnaryAsync"/>. Only failures of gRPC are tried again.</summary>
    internal async Task<T> RetryAsync<T>(string what, Func<CancellationToken, Task<T>> attempt, CancellationToken cancel)
    {
        for (var count = 1; ; count++)
        {
            using var limit = new CancellationTokenSource(Options.CallLimit, Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
            try
            {
                return await attempt(either.Token);
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException)
            {
                cancel.ThrowIfCancellationRequested();
                var failure = limit.IsCancellationRequested || e is not RpcException rpc ? new RpcException(new Grpc.Core.Status(StatusCode.DeadlineExceeded, "it took too long")) : rpc;
                if (count >= Attempts || !IsPassing(failure) || !_budget.TryTake())
                    throw RemoteErrors.Of(Address, what, failure);
            }

            await WaitAsync(count, cancel);
        }
    }

    /// <summary>Whether an action or a stream that broke may be taken up again now: waits, when there is something left of the run's budget.</summary>
    internal async Task<bool> MayGoOnAsync(int count, RpcException failure, CancellationToken cancel)
    {
        if (count >= Attempts || !IsPassing(failure) || !_budget.TryTake())
            return false;

        await WaitAsync(count, cancel);
        return true;
    }

    /// <summary>Headers, and what ends the call.</summary>
    internal CallOptions OptionsOf(CancellationToken stop) => new(_headers, cancellationToken: stop);

    /// <summary>The start of the names of blobs in ByteStream: the instance with a slash, or nothing.</summary>
    internal string Prefix => Address.Instance.Length == 0 ? "" : $"{Address.Instance}/";

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Dispose();
        _asking.Dispose();
    }

    // What a restart or a busy moment causes. A connection that breaks within a call is INTERNAL, CANCELLED or UNKNOWN to gRPC.
    private static bool IsPassing(RpcException failure) => failure.StatusCode is StatusCode.Unavailable or StatusCode.Aborted or StatusCode.ResourceExhausted
        or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled or StatusCode.DataLoss
        && failure.Status.DebugException is not HttpRequestException { InnerException: System.Security.Authentication.AuthenticationException };

    private Task WaitAsync(int count, CancellationToken cancel) => Task.Delay(FirstWait * (1 << Math.Min(count - 1, 5)), Time, cancel);

    private static SocketsHttpHandler Handler(RemoteCredentials credentials)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            KeepAlivePingDelay = KeepAlive,
            KeepAlivePingTimeout = KeepAliveLimit,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
        };
        if (credentials.Certificate() is { } own)
            handler.SslOptions.ClientCertificates = [own];
        if (credentials.Authorities() is { } authorities)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return handler;
    }
}
