using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Proof.Json;
using Monogres.Testing.Properties;

namespace Monogres.Proof.Tests.Json;

public sealed class CanonicalJsonTests
{
    [Theory]
    // The examples of RFC 8785, sections 3.2.2.2 and 3.2.3, but for numbers that are not whole.
    [InlineData("""{"literals":[null,true,false],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}""", "{\"literals\":[null,true,false],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}")]
    [InlineData("""{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}""",
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}")]
    [InlineData("""{ "b" : [ ] , "a" : { } }""", """{"a":{},"b":[]}""")]
    [InlineData("9007199254740991", "9007199254740991")]
    public void A_document_has_one_form(string document, string canonical) => Assert.Equal(canonical, Encoding.UTF8.GetString(CanonicalJson.Write(JsonNode.Parse(document))));

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("9007199254740992")]
    public void A_number_that_readers_take_for_different_ones_is_refused(string document) => Assert.Throws<ArgumentException>(() => CanonicalJson.Write(JsonNode.Parse(document)));

    [Fact]
    public void Half_a_character_is_refused() => Assert.ThrowsAny<ArgumentException>(() => CanonicalJson.Write(JsonValue.Create("\ud83d")));

    [Fact]
    public void What_is_written_reads_back_as_the_same_whatever_the_order_of_its_members() => Prop.ForAll(
        ArbMap.Default.ArbFor<Dictionary<NonNull<string>, NonNull<string>>>().Filter(members => members.All(member => IsText(member.Key.Get) && IsText(member.Value.Get))),
        members =>
        {
            var one = new JsonObject([.. members.Select(member => KeyValuePair.Create(member.Key.Get, (JsonNode?)member.Value.Get))]);
            var other = new JsonObject([.. members.Reverse().Select(member => KeyValuePair.Create(member.Key.Get, (JsonNode?)member.Value.Get))]);
            Assert.Equal(CanonicalJson.Write(one), CanonicalJson.Write(other));
            Assert.True(JsonNode.DeepEquals(one, JsonNode.Parse(CanonicalJson.Write(one))));
        }).HoldsAlways();

    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (!char.IsSurrogatePair(text, i) || ++i >= text.Length))
                return false;
        }

        return true;
    }
}
