using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Monogres.Core;

namespace Monogres.Store.Downloads;

/// <summary>Asks one URL once, continuing what is here already.</summary>
/// <param name="client">No time-out of its own.</param>
/// <param name="options">The stall limit.</param>
/// <param name="time">Measures it.</param>
internal sealed class HttpPlace(HttpClient client, DownloadOptions options, TimeProvider time)
{
    private const int BufferSize = 128 * 1024;

    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="UserErrorException">The store cannot be written.</exception>
    public async Task<PlaceOutcome> FetchAsync(ExpectedContent wanted, Uri place, PartialFile partial, Action<long?> progress, CancellationToken cancel)
    {
        using var stall = new CancellationTokenSource(options.Stall, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stall.Token);
        try
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, place);
            if (partial.Length > 0)
                question.Headers.Range = new RangeHeaderValue(partial.Length, null);
            using var answer = await client.SendAsync(question, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (Refusal(answer, partial) is { } refusal)
                return refusal;

            var isContinued = answer.StatusCode == HttpStatusCode.PartialContent;
            if (!isContinued)
                partial.Restart();
            var total = wanted.Size ?? partial.Length + answer.Content.Headers.ContentLength;
            var body = await answer.Content.ReadAsStreamAsync(either.Token);
            await using (body)
            {
                if (!await CopyAsync(body, wanted.Size, partial, () => progress(total), stall, either.Token))
                    return new PlaceOutcome.Unusable($"is longer than the expected {wanted.Size} bytes");
            }

            return Judge(wanted, partial, isContinued);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            return stall.IsCancellationRequested
                ? new PlaceOutcome.Transient($"sent nothing for {options.Stall.TotalSeconds:0} seconds", Wait: null, IsSilent: true)
                : new PlaceOutcome.Unreachable(e.InnerException?.Message ?? "did not answer in time");
        }
        catch (HttpRequestException e)
        {
            return OfFailure(e);
        }
    }

    private static PlaceOutcome? Refusal(HttpResponseMessage answer, PartialFile partial)
    {
        var code = (int)answer.StatusCode;
        var reason = $"answered {code} {answer.ReasonPhrase}".TrimEnd();
        switch (code)
        {
            case 200:
                return null;
            case 206 when answer.Content.Headers.ContentRange?.From == partial.Length:
                return null;
            case 206 or 416:
                // What is here does not fit what is there: from the start, then.
                partial.Restart();
                return new PlaceOutcome.Transient(reason, TimeSpan.Zero, IsSilent: false);
            case 408 or 429 or >= 500:
                return new PlaceOutcome.Transient(reason, answer.Headers.RetryAfter?.Delta, IsSilent: false);
            default:
                return new PlaceOutcome.Unusable(reason);
        }
    }

    /// <summary>False when there is more than expected.</summary>
    private async Task<bool> CopyAsync(Stream body, long? size, PartialFile partial, Action progress, CancellationTokenSource stall, CancellationToken either)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (int count; (count = await ReadAsync(body, buffer.AsMemory(0, BufferSize), either)) > 0;)
            {
                stall.CancelAfter(options.Stall);
                if (partial.Length + count > size)
                {
                    partial.Restart();
                    return false;
                }

                partial.Append(buffer.AsSpan(0, count));
                progress();
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A failing network is told apart from a failing disk here, where it is known which of them it is.
    private static async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            return await body.ReadAsync(buffer, cancel);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, e.Message, e);
        }
    }

    private static PlaceOutcome Judge(ExpectedContent wanted, PartialFile partial, bool isContinued)
    {
        if (partial.Length < wanted.Size)
            return new PlaceOutcome.Transient($"ended after {partial.Length} of {wanted.Size} bytes", Wait: null, IsSilent: false);

        var actual = partial.Digest.Hash;
        if (wanted.Hash is null || actual == wanted.Hash)
            return new PlaceOutcome.Complete();

        // The first part may have come from another place, which is then the one to blame.
        partial.Restart();
        var reason = $"sent other content (sha256 {actual})";
        return isContinued ? new PlaceOutcome.Transient(reason, TimeSpan.Zero, IsSilent: false) : new PlaceOutcome.Unusable(reason);
    }

    private static PlaceOutcome OfFailure(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new PlaceOutcome.Unreachable("its name is not known"),
        HttpRequestError.ConnectionError => new PlaceOutcome.Unreachable($"no connection: {Innermost(e)}"),
        HttpRequestError.SecureConnectionError => new PlaceOutcome.Unreachable($"no secure connection: {Innermost(e)}"),
        HttpRequestError.ProxyTunnelError => new PlaceOutcome.Unreachable($"the proxy refused: {Innermost(e)}"),
        HttpRequestError.ResponseEnded => new PlaceOutcome.Transient("the connection ended before the body did", Wait: null, IsSilent: false),
        _ => new PlaceOutcome.Transient(Innermost(e), Wait: null, IsSilent: false),
    };

    private static string Innermost(Exception e) => e.GetBaseException().Message;
}

/// <summary>What a place is asked for.</summary>
/// <param name="Hash">What the content must be; null when nobody knows it beforehand.</param>
/// <param name="Size">Its size in bytes, when known.</param>
internal readonly record struct ExpectedContent(Sha256Hash? Hash, long? Size);
