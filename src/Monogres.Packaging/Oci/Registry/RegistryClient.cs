using System.Net;
using Monogres.Core;

namespace Monogres.Packaging.Oci.Registry;

/// <summary>A request that failed on the way: it may succeed when it is sent again.</summary>
internal sealed class RegistryBrokeOffException(string message, TimeSpan? wait = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long the registry asks to wait.</summary>
    public TimeSpan? Wait { get; } = wait;

    /// <summary>Whether an upload is lost, and must begin again.</summary>
    public bool IsLost { get; init; }
}

/// <summary>Sends requests to a registry: proves who sends them when it asks, and notices when nothing moves any more.</summary>
internal sealed class RegistryClient : IDisposable
{
    private const int LargestAnswer = 1 << 20;

    private readonly HttpClient _client;
    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly RegistryAuthentication _authentication;

    public RegistryClient(HttpMessageHandler handler, RegistryOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _client = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd($"monogres/{typeof(RegistryClient).Assembly.GetName().Version!.ToString(3)}");
        _authentication = new RegistryAuthentication(_client, options);
    }

    /// <summary>A path of the registry.</summary>
    public Uri this[string path] => new(_options.Address, path);

    /// <summary>Sends a request until it does not fail on the way.</summary>
    public async Task<RegistryAnswer> SendAsync(RegistryRequest request, CancellationToken cancel)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await SendOnceAsync(request, cancel);
            }
            catch (RegistryBrokeOffException trouble)
            {
                await WaitAsync(request.Doing, tried, trouble, cancel);
            }
        }
    }

    /// <summary>Waits after a failure, or gives up.</summary>
    /// <exception cref="UserErrorException">It has failed often enough.</exception>
    public async Task WaitAsync(string doing, int tried, RegistryBrokeOffException trouble, CancellationToken cancel)
    {
        if (tried >= _options.Attempts)
            throw RegistryErrors.Unreachable(_options.Address, doing, trouble.Message, trouble);

        await Task.Delay(trouble.Wait ?? (_options.FirstWait * Math.Pow(2, tried - 1)), _time, cancel);
    }

    /// <summary>Sends a request once, or twice when the registry asks who sends it.</summary>
    /// <exception cref="RegistryBrokeOffException">It failed on the way.</exception>
    public async Task<RegistryAnswer> SendOnceAsync(RegistryRequest request, CancellationToken cancel)
    {
        using var stall = new CancellationTokenSource(_options.Stall, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stall.Token);
        try
        {
            for (var asked = false; ; asked = true)
            {
                using var message = new HttpRequestMessage(request.Method, request.Address);
                message.Content = request.Body?.Invoke(() => stall.CancelAfter(_options.Stall));
                if (request.Accept is { } accept)
                    message.Headers.TryAddWithoutValidation("Accept", accept);
                // Uploads may go to another host, which has its own signature in the address.
                if (Uri.Compare(request.Address, _options.Address, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0)
                    message.Headers.Authorization = _authentication.ProofFor(request.Scope);

                using var answer = await _client.SendAsync(message, either.Token);
                if (answer.StatusCode == HttpStatusCode.Unauthorized && !asked)
                {
                    stall.CancelAfter(_options.Stall);
                    await _authentication.AnswerAsync(answer, request.Scope, either.Token);
                    stall.CancelAfter(_options.Stall);
                    continue;
                }

                return answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
                    ? throw new RegistryBrokeOffException($"it answered {(int)answer.StatusCode} {answer.ReasonPhrase}", answer.Headers.RetryAfter?.Delta)
                    : new RegistryAnswer(answer.StatusCode, HeadersOf(answer), await answer.Content.ReadAsStringAsync(either.Token), message.RequestUri!);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RegistryBrokeOffException($"nothing was sent or received for {_options.Stall.TotalSeconds:0} seconds");
        }
        catch (HttpRequestException trouble) when (trouble.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            // Trying again does not change whom is trusted.
            throw RegistryErrors.NotSecure(_options.Address, request.Doing, (trouble.InnerException ?? trouble).Message, trouble);
        }
        catch (Exception trouble) when (trouble is HttpRequestException or IOException)
        {
            throw new RegistryBrokeOffException(trouble.Message, inner: trouble);
        }
    }

    public void Dispose() => _client.Dispose();

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage answer) =>
        answer.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
}

/// <summary>A request, as often as it must be sent.</summary>
internal sealed record RegistryRequest
{
    public required HttpMethod Method { get; init; }

    public required Uri Address { get; init; }

    /// <summary>What it is for, as token servers know it.</summary>
    public required string Scope { get; init; }

    /// <summary>What it is for, for people.</summary>
    public required string Doing { get; init; }

    public string? Accept { get; init; }

    /// <summary>Makes the body; it is told what to call whenever some of it was sent.</summary>
    public Func<Action, HttpContent>? Body { get; init; }
}

/// <summary>What came back.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Body">Its body.</param>
/// <param name="Address">Whose answer it is.</param>
internal sealed record RegistryAnswer(HttpStatusCode Status, Dictionary<string, string> Headers, string Body, Uri Address)
{
    /// <summary>Where the upload continues; null when nothing is said.</summary>
    public Uri? Location => Headers.TryGetValue("Location", out var location) && Uri.TryCreate(Address, location, out var address) ? address : null;
}
