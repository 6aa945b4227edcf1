using Monogres.Core;

namespace Monogres.Core.Tests;

public class DigestTests
{
    [Fact]
    public void The_empty_digest_is_the_published_one() =>
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/0", Digest.Empty.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855/0")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/-1")]
    public void What_is_not_a_digest_is_refused(string text) => Assert.Throws<FormatException>(() => Digest.Parse(text));

    [Fact]
    public void A_digest_reads_back_as_it_was_written() =>
        Assert.Equal(Digest.Of("abc"u8), Digest.Parse(Digest.Of("abc"u8).ToString()));
}
