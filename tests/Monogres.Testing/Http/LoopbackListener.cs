using System.Net;
using System.Net.Sockets;

namespace Monogres.Testing.Http;

/// <summary>
/// Accepts connections on the loopback interface. What a test's server needs and can get wrong is here once: disposal ends the
/// connections that are open and waits for them, whatever moment it comes at.
/// </summary>
public sealed class LoopbackListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<TcpClient, CancellationToken, Task> _serve;
    private readonly Task _loop;

    /// <param name="serve">Answers one connection; an exception of the connection ends it, no other is expected.</param>
    public LoopbackListener(Func<TcpClient, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        // Only now: what waits for a connection of a stopped listener fails in one of three ways.
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        await using (_stop.Token.Register(client.Dispose))
        {
            try
            {
                await _serve(client, _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException
                || (e is InvalidOperationException && _stop.IsCancellationRequested))
            {
                // The client has gone, or the test is over.
            }
        }
    }
}
