using Monogres.Core;
using Monogres.Packaging.Oci.Model;
using Monogres.Packaging.Oci.Registry;
using Monogres.Store;
using Monogres.Testing.Http;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Oci.Registry;

public sealed class OciRegistryTests : IAsyncDisposable
{
    private const string Repository = "monogres/postgres";
    private const int Chunk = 1000;

    private readonly MemoryBlobStore _blobs = new();
    private readonly SocketsHttpHandler _network = new();
    private readonly List<IAsyncDisposable> _registries = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _network.Dispose();
        foreach (var registry in _registries)
            await registry.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk)]
    public async Task A_small_blob_is_sent_at_once(int size)
    {
        var registry = Start(new FakeRegistry());
        var blob = await BlobAsync(size);
        Assert.Equal(BlobTransfer.Sent, await PutAsync(registry, blob));
        Assert.Equal(["HEAD blob", "POST uploads", "PUT uploads"], registry.Requests);
        await HasAsync(registry, blob);
    }

    [Theory]
    [InlineData(Chunk + 1, 2)]
    [InlineData(3 * Chunk, 3)]
    public async Task A_large_blob_is_sent_in_parts(int size, int parts)
    {
        var registry = Start(new FakeRegistry());
        var blob = await BlobAsync(size);
        Assert.Equal(BlobTransfer.Sent, await PutAsync(registry, blob));
        Assert.Equal(["HEAD blob", "POST uploads", .. Enumerable.Repeat("PATCH uploads", parts), "PUT uploads"], registry.Requests);
        await HasAsync(registry, blob);
    }

    [Fact]
    public async Task A_blob_that_is_there_is_not_sent()
    {
        var registry = Start(new FakeRegistry());
        var blob = await BlobAsync(100);
        await PutAsync(registry, blob);
        Assert.Equal(BlobTransfer.Present, await PutAsync(registry, blob));
        Assert.Equal(100, registry.Received);
    }

    [Fact]
    public async Task A_blob_of_another_repository_is_mounted()
    {
        var registry = Start(new FakeRegistry());
        var blob = await BlobAsync(100);
        await PutAsync(registry, blob);
        using var client = ClientOf(registry);
        Assert.Equal(BlobTransfer.Mounted, await client.PutBlobAsync("other", blob, _blobs, Repository, Cancel));
        Assert.Equal(100, registry.Received);
        Assert.NotNull(registry.Blob("other", OciDescriptor.TextOf(blob)));
    }

    [Fact]
    public async Task A_blob_that_cannot_be_mounted_is_sent()
    {
        var registry = Start(new FakeRegistry());
        var blob = await BlobAsync(100);
        using var client = ClientOf(registry);
        Assert.Equal(BlobTransfer.Sent, await client.PutBlobAsync(Repository, blob, _blobs, "other", Cancel));
        Assert.Equal(["HEAD blob", "POST uploads mount", "PUT uploads"], registry.Requests);
        await HasAsync(registry, blob);
    }

    [Theory]
    [InlineData(5 * Chunk, 300)]
    [InlineData(Chunk, 300)]
    public async Task An_upload_that_breaks_off_continues_where_it_did(int size, int after)
    {
        var registry = Start(new FakeRegistry());
        var blob = await BlobAsync(size);
        registry.BreakOffAfter.Enqueue(after);
        Assert.Equal(BlobTransfer.Sent, await PutAsync(registry, blob));
        Assert.Contains("GET uploads", registry.Requests);
        Assert.Equal(size, registry.Received);
        await HasAsync(registry, blob);
    }

    [Fact]
    public async Task Breaking_off_is_put_up_with_as_long_as_there_is_progress()
    {
        var registry = Start(new FakeRegistry());
        var blob = await BlobAsync(20 * Chunk);
        for (var i = 0; i < 10; i++)
        {
            registry.BreakOffAfter.Enqueue(500);
            registry.BreakOffAfter.Enqueue(int.MaxValue);
        }

        Assert.Equal(BlobTransfer.Sent, await PutAsync(registry, blob));
        Assert.Equal(20 * Chunk, registry.Received);
        await HasAsync(registry, blob);
    }

    [Fact]
    public async Task An_upload_that_the_registry_forgets_begins_again()
    {
        var registry = Start(new FakeRegistry { ForgetsBroken = true });
        var blob = await BlobAsync(5 * Chunk);
        registry.BreakOffAfter.Enqueue(int.MaxValue);
        registry.BreakOffAfter.Enqueue(300);
        Assert.Equal(BlobTransfer.Sent, await PutAsync(registry, blob));
        Assert.Equal((6 * Chunk) + 300, registry.Received);
        await HasAsync(registry, blob);
    }

    [Fact]
    public async Task A_blob_whose_last_answer_is_lost_is_not_sent_again()
    {
        var registry = Start(new FakeRegistry { LosesAnswer = true });
        var blob = await BlobAsync(3 * Chunk);
        Assert.Equal(BlobTransfer.Sent, await PutAsync(registry, blob));
        Assert.Equal(3 * Chunk, registry.Received);
        await HasAsync(registry, blob);
    }

    [Fact]
    public async Task A_registry_that_always_breaks_off_is_given_up()
    {
        var registry = Start(new FakeRegistry());
        var blob = await BlobAsync(Chunk);
        for (var i = 0; i < 5; i++)
            registry.BreakOffAfter.Enqueue(0);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => PutAsync(registry, blob));
        Assert.StartsWith($"sending {OciDescriptor.TextOf(blob)} of `{Repository}` to `{registry.Address.Authority}` failed: ", error.Message, StringComparison.Ordinal);
        Assert.True(error.Unavailable);
        Assert.Null(registry.Blob(Repository, OciDescriptor.TextOf(blob)));
    }

    [Fact]
    public async Task Parts_are_as_large_as_the_registry_wants()
    {
        var registry = Start(new FakeRegistry { LeastChunk = 2 * Chunk });
        var blob = await BlobAsync(4 * Chunk);
        await PutAsync(registry, blob);
        Assert.Equal(["HEAD blob", "POST uploads", "PATCH uploads", "PATCH uploads", "PUT uploads"], registry.Requests);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_fails_for_the_moment_is_tried_again(int status)
    {
        var registry = Start(new FakeRegistry());
        var blob = await BlobAsync(100);
        foreach (var _ in Enumerable.Range(0, 3))
            registry.Statuses.Enqueue(status);
        Assert.Equal(BlobTransfer.Sent, await PutAsync(registry, blob));
        await HasAsync(registry, blob);
    }

    [Fact]
    public async Task A_refusal_says_what_was_refused_and_why()
    {
        var registry = Start(new FakeRegistry());
        var blob = await BlobAsync(100);
        registry.Statuses.Enqueue(403);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => PutAsync(registry, blob));
        Assert.Equal($"asking for blobs/{OciDescriptor.TextOf(blob)} of `{Repository}` to `{registry.Address.Authority}` was refused: 403 Forbidden", error.Message);
        Assert.Equal("check the user and the password, and that they may write to the repository", error.Hint);
    }

    [Fact]
    public async Task A_registry_with_TLS_that_is_spoken_to_without_is_said_to_have_TLS()
    {
        var registry = Start(new FakeRegistry());
        var blob = await BlobAsync(100);
        registry.Statuses.Enqueue(400);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => PutAsync(registry, blob));
        Assert.Contains("leave out `--insecure`", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_lists_the_reasons_of_the_registry()
    {
        var registry = Start(new FakeRegistry());
        var descriptor = OciDescriptor.Of(OciMediaTypes.Manifest, Digest.Of("x"u8));
        var manifest = OciJson.Write(new OciManifest { Config = descriptor, Layers = [] });
        using var client = ClientOf(registry);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => client.PutManifestAsync(Repository, "1", descriptor, manifest, Cancel));
        Assert.Equal(["MANIFEST_BLOB_UNKNOWN: it leads to what is not there"], error.Details);
    }

    [Theory]
    [InlineData(Asks.ForPassword)]
    [InlineData(Asks.ForToken)]
    public async Task Who_pushes_is_proved_when_the_registry_asks(Asks asks)
    {
        var registry = Start(new FakeRegistry { Asks = asks });
        var blob = await BlobAsync(3 * Chunk);
        Assert.Equal(BlobTransfer.Sent, await PutAsync(registry, blob, new RegistryCredentials(FakeRegistry.User, FakeRegistry.Password)));
        await HasAsync(registry, blob);
    }

    [Fact]
    public async Task A_token_that_has_expired_is_renewed_in_the_middle()
    {
        var registry = Start(new FakeRegistry { Asks = Asks.ForToken });
        var (one, other) = (await BlobAsync(100), await BlobAsync(200));
        using var client = ClientOf(registry, new RegistryCredentials(FakeRegistry.User, FakeRegistry.Password));
        await client.PutBlobAsync(Repository, one, _blobs, mountFrom: null, Cancel);
        registry.ForgetTokens();
        Assert.Equal(BlobTransfer.Sent, await client.PutBlobAsync(Repository, other, _blobs, mountFrom: null, Cancel));
        Assert.Equal(2, registry.Requests.Count(request => request.StartsWith("GET ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Asks.ForPassword)]
    [InlineData(Asks.ForToken)]
    public async Task A_wrong_password_is_the_readers_error(Asks asks)
    {
        var registry = Start(new FakeRegistry { Asks = asks });
        var blob = await BlobAsync(100);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => PutAsync(registry, blob, new RegistryCredentials(FakeRegistry.User, "wrong")));
        Assert.Contains("401 Unauthorized", error.Message, StringComparison.Ordinal);
        Assert.Equal("check the user and the password, and that they may write to the repository", error.Hint);
        Assert.DoesNotContain("wrong", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_was_not_given_is_asked_for()
    {
        var registry = Start(new FakeRegistry { Asks = Asks.ForPassword });
        var blob = await BlobAsync(100);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => PutAsync(registry, blob));
        Assert.Equal($"`{registry.Address.Authority}` asks for a user and a password", error.Message);
    }

    [Theory]
    [InlineData("Negotiate", "asks for a proof of identity that is not understood: Negotiate")]
    [InlineData("Bearer service=\"x\"", "asks for a proof of identity that is not understood: Bearer service=\"x\"")]
    public async Task A_proof_that_is_not_understood_is_said(string challenge, string said)
    {
        var server = Start(new LoopbackServer { Otherwise = _ => LoopbackAnswer.Error(401, $"WWW-Authenticate: {challenge}") });
        using var client = new OciRegistry(_network, new RegistryOptions { Address = server[""] }, TimeProvider.System);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => client.HasBlobAsync(Repository, Digest.Empty, Cancel));
        Assert.EndsWith(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_password_is_not_sent_without_TLS_when_the_registry_has_it()
    {
        using var network = new AnsweringHandler(request =>
        {
            Assert.Equal("registry.example", request.RequestUri!.Host);
            var answer = new HttpResponseMessage(System.Net.HttpStatusCode.Unauthorized);
            answer.Headers.WwwAuthenticate.ParseAdd("Bearer realm=\"http://token.example/\"");
            return answer;
        });
        using var client = new OciRegistry(network, new RegistryOptions { Address = new Uri("https://registry.example/"), Credentials = new RegistryCredentials("me", "secret") }, TimeProvider.System);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => client.HasBlobAsync(Repository, Digest.Empty, Cancel));
        Assert.Contains("without TLS", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proof_is_not_sent_to_another_host()
    {
        List<string> asked = [];
        using var network = new AnsweringHandler(request =>
        {
            asked.Add($"{request.Method} {request.RequestUri!.Host} {request.Headers.Authorization?.Scheme}");
            if (request.RequestUri.Host == "registry.example" && request.Headers.Authorization is null)
            {
                var refusal = new HttpResponseMessage(System.Net.HttpStatusCode.Unauthorized);
                refusal.Headers.WwwAuthenticate.ParseAdd("Basic realm=\"x\"");
                return refusal;
            }

            var answer = new HttpResponseMessage(request.Method == HttpMethod.Head ? System.Net.HttpStatusCode.NotFound : request.Method == HttpMethod.Post ? System.Net.HttpStatusCode.Accepted : System.Net.HttpStatusCode.Created);
            if (request.Method == HttpMethod.Post)
                answer.Headers.Location = new Uri("https://uploads.example/1?signature=abc");
            else if (request.Method == HttpMethod.Put)
                Assert.Equal($"?signature=abc&digest=sha256%3A{Digest.Empty.Hash}", request.RequestUri.Query);
            return answer;
        });
        using var client = new OciRegistry(network, new RegistryOptions { Address = new Uri("https://registry.example/"), Credentials = new RegistryCredentials("me", "secret") }, TimeProvider.System);
        Assert.Equal(BlobTransfer.Sent, await client.PutBlobAsync(Repository, Digest.Empty, _blobs, mountFrom: null, Cancel));
        Assert.Equal(["HEAD registry.example ", "HEAD registry.example Basic", "POST registry.example Basic", "PUT uploads.example "], asked);
    }

    [Fact]
    public async Task A_blob_that_is_lost_is_not_a_failure_of_the_registry()
    {
        var registry = Start(new FakeRegistry());
        var lost = Digest.Of("nobody has it"u8);
        Assert.Equal(lost, (await Assert.ThrowsAsync<BlobMissingException>(() => PutAsync(registry, lost))).Digest);
    }

    [Fact]
    public async Task A_registry_that_is_not_there_is_the_readers_error()
    {
        using var client = new OciRegistry(_network, new RegistryOptions { Address = LoopbackServer.Nowhere(""), FirstWait = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);
        Assert.True((await Assert.ThrowsAsync<UserErrorException>(() => client.HasBlobAsync(Repository, Digest.Empty, Cancel))).Unavailable);
    }

    [Fact]
    public async Task A_registry_that_goes_silent_is_not_waited_for()
    {
        var server = Start(new LoopbackServer { Otherwise = _ => new LoopbackAnswer { Body = new byte[10], SilentAfter = 1 } });
        using var client = new OciRegistry(_network, new RegistryOptions { Address = server[""], Attempts = 1, Stall = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);
        var put = client.PutManifestAsync(Repository, "1", OciDescriptor.Of(OciMediaTypes.Manifest, Digest.Empty), [], Cancel);
        Assert.EndsWith("nothing was sent or received for 0 seconds", (await Assert.ThrowsAsync<UserErrorException>(() => put)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("registry.example", "https://registry.example/", "")]
    [InlineData("registry.example:5000/monogres", "https://registry.example:5000/", "monogres")]
    [InlineData("localhost:5000/a/b-c/", "http://localhost:5000/", "a/b-c")]
    [InlineData("127.0.0.1:5000", "http://127.0.0.1:5000/", "")]
    public void A_place_is_read(string text, string address, string path)
    {
        var place = RegistryPlace.Parse(text);
        Assert.Equal((new Uri(address), path), (place.Address, place.Path));
        Assert.Equal(path.Length == 0 ? "postgres" : $"{path}/postgres", place.Repository("postgres"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://registry.example")]
    [InlineData("registry.example/Upper")]
    [InlineData("registry.example/a//b")]
    [InlineData("registry.example/a/../b")]
    [InlineData("me@registry.example")]
    public void What_is_no_place_is_a_usage_error(string text) => Assert.Equal(ExitCode.Usage, Assert.Throws<UserErrorException>(() => RegistryPlace.Parse(text)).ExitCode);

    private T Start<T>(T registry)
        where T : IAsyncDisposable
    {
        _registries.Add(registry);
        return registry;
    }

    private OciRegistry ClientOf(FakeRegistry registry, RegistryCredentials? credentials = null) =>
        new(_network, new RegistryOptions { Address = registry.Address, Credentials = credentials, ChunkSize = Chunk, FirstWait = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);

    private async Task<BlobTransfer> PutAsync(FakeRegistry registry, Digest blob, RegistryCredentials? credentials = null)
    {
        using var client = ClientOf(registry, credentials);
        return await client.PutBlobAsync(Repository, blob, _blobs, mountFrom: null, Cancel);
    }

    private async Task<Digest> BlobAsync(int size) => await _blobs.PutAsync(Enumerable.Range(0, size).Select(i => (byte)(i * 31 / 7)).ToArray(), Cancel);

    private async Task HasAsync(FakeRegistry registry, Digest blob) =>
        Assert.Equal(await _blobs.ReadAllAsync(blob, Cancel), registry.Blob(Repository, OciDescriptor.TextOf(blob)));

    private sealed class AnsweringHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is { } content)
                await content.ReadAsByteArrayAsync(cancellationToken);
            return answer(request);
        }
    }
}
