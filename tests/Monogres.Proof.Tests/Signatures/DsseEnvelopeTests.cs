using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Proof.Signatures;
using Monogres.Testing.Properties;

namespace Monogres.Proof.Tests.Signatures;

public sealed class DsseEnvelopeTests
{
    private const string Type = "application/vnd.in-toto+json";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The test vector of DSSE 1.0.2, protocol.md.</summary>
    [Fact]
    public void What_is_signed_is_as_the_specification_has_it() => Assert.Equal(
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world", Encoding.UTF8.GetString(PreAuthenticationEncoding.Of("http://example.com/HelloWorld", "hello world"u8)));

    [Fact]
    public void No_two_types_and_contents_are_signed_as_the_same_bytes() => Prop.ForAll(
        ArbMap.Default.ArbFor<(NonNull<string>, byte[])>(), ArbMap.Default.ArbFor<(NonNull<string>, byte[])>(),
        (one, other) => Assert.Equal(
            one.Item1.Get == other.Item1.Get && one.Item2.AsSpan().SequenceEqual(other.Item2),
            PreAuthenticationEncoding.Of(one.Item1.Get, one.Item2).AsSpan().SequenceEqual(PreAuthenticationEncoding.Of(other.Item1.Get, other.Item2))))
        .HoldsAlways();

    [Fact]
    public async Task An_envelope_reads_back_and_is_verified_by_its_key_alone()
    {
        var envelope = await DsseEnvelope.SignAsync(Type, [0xfb, 0xff, (byte)'{'], TestKeys.Bob, Cancel);
        var read = DsseEnvelope.Parse(envelope.ToLine());
        Assert.Equal(envelope.Content, read.Content);
        Assert.Equal(envelope.ToLine(), read.ToLine());
        Assert.Equal(TestKeys.Bob.Key, read.Verify([TestKeys.Alice.Key, TestKeys.Bob.Key]));
        Assert.Null(read.Verify([TestKeys.Alice.Key, TestKeys.Carol.Key]));
        Assert.Null((read with { Content = [.. read.Content, 1] }).Verify([TestKeys.Bob.Key]));
        Assert.Null((read with { Type = "text/plain" }).Verify([TestKeys.Bob.Key]));
        Assert.DoesNotContain('\n', envelope.ToLine());
    }

    [Fact]
    public async Task The_hint_of_a_signature_decides_nothing()
    {
        var envelope = await DsseEnvelope.SignAsync(Type, "{}"u8.ToArray(), TestKeys.Bob, Cancel);
        var lying = envelope with { Signatures = [envelope.Signatures[0] with { KeyId = TestKeys.Alice.Key.Id }] };
        Assert.Equal(TestKeys.Bob.Key, lying.Verify([TestKeys.Alice.Key, TestKeys.Bob.Key]));
        Assert.Null(lying.Verify([TestKeys.Alice.Key]));
    }

    [Fact]
    public async Task Base64_for_addresses_is_read_too()
    {
        var envelope = await DsseEnvelope.SignAsync(Type, [0xfb, 0xff], TestKeys.Alice, Cancel);
        Assert.Contains("\"+/8=\"", envelope.ToLine(), StringComparison.Ordinal);
        Assert.Equal(TestKeys.Alice.Key, DsseEnvelope.Parse(envelope.ToLine().Replace("+/8=", "-_8", StringComparison.Ordinal)).Verify([TestKeys.Alice.Key]));
    }

    [Fact]
    public async Task A_bundle_of_Sigstore_has_the_same_envelope()
    {
        var envelope = await DsseEnvelope.SignAsync(Type, "{}"u8.ToArray(), TestKeys.Bob, Cancel);
        var bundle = SigstoreBundle.Of(envelope);
        Assert.Equal(SigstoreBundle.MediaType, (string?)bundle["mediaType"]);
        Assert.Equal(TestKeys.Bob.Key.Id, (string?)bundle["verificationMaterial"]!["publicKey"]!["hint"]);
        Assert.Equal(envelope.ToLine(), DsseEnvelope.Parse(bundle.ToJsonString()).ToLine());
        Assert.Throws<ArgumentException>(() => SigstoreBundle.Of(envelope with { Signatures = [envelope.Signatures[0], envelope.Signatures[0]] }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"payload":"","payloadType":"a","signatures":[]}""")]
    [InlineData("""{"payload":"","payloadType":"a","signatures":[{"sig":7}]}""")]
    [InlineData("""{"payload":"*","payloadType":"a","signatures":[{"sig":""}]}""")]
    [InlineData("""{"payload":"","payload":"e30=","payloadType":"a","signatures":[{"sig":""}]}""")]
    [InlineData("""{"payload":"","signatures":[{"sig":""}]}""")]
    [InlineData("""{"mediaType":"text/plain","dsseEnvelope":{"payload":"","payloadType":"a","signatures":[{"sig":""}]}}""")]
    [InlineData("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","messageSignature":{}}""")]
    public void What_is_no_envelope_is_refused(string text) => Assert.Throws<FormatException>(() => DsseEnvelope.Parse(text));

    [Fact]
    public async Task However_an_envelope_is_damaged_it_is_refused_or_not_verified_or_says_the_same()
    {
        var envelope = await DsseEnvelope.SignAsync(Type, "{\"a\":1}"u8.ToArray(), TestKeys.Alice, Cancel);
        var line = Encoding.UTF8.GetBytes(envelope.ToLine());
        for (var length = 0; length < line.Length; length++)
            Assert.Throws<FormatException>(() => DsseEnvelope.Parse(Encoding.UTF8.GetString(line.AsSpan(0, length))));
        for (var bit = 0; bit < line.Length * 8; bit += 3)
        {
            var changed = line.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                var read = DsseEnvelope.Parse(Encoding.UTF8.GetString(changed));
                Assert.True(read.Verify([TestKeys.Alice.Key]) is null || (read.Type == Type && read.Content.AsSpan().SequenceEqual(envelope.Content)), $"bit {bit}");
            }
            catch (FormatException)
            {
            }
        }
    }
}
