using System.Text;
using System.Text.Json;

namespace MuLambda.Selector.Tests.Inference;

public sealed class JsonItemsTests
{
    [Theory]
    [InlineData("""{"instances":[[1,2],[3,4],[5,6]]}""", 3)]
    [InlineData("""{"signature_name":"s","instances":[1]}""", 1)]
    [InlineData("""{"instances":[{"a":[1,2]},{"a":[3,4]}]}""", 2)]
    [InlineData("""{"instances":["a,b","c]\"]","\\",""]}""", 4)]
    [InlineData("""{"inputs":[[1,2,3],[4,5,6]]}""", 2)]
    [InlineData("""{"inputs":{"x":[[1],[2],[3],[4]],"y":[1,2]}}""", 4)]
    [InlineData("""{"instances":[]}""", 1)]
    [InlineData("""{"instances":[ ]}""", 1)]
    [InlineData("""{"other":[1,2,3]}""", 1)]
    [InlineData("""{"inputs":5}""", 1)]
    [InlineData("""[1,2,3]""", 1)]
    [InlineData("""{"instances":[[1,2""", 1)]
    [InlineData("", 1)]
    public void Entries_of_the_list_are_counted(string body, int items) => JsonItems.Of(Encoding.UTF8.GetBytes(body)).ShouldBe(items);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_list_counts_as_a_reader_of_JSON_counts_it(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            var list = List(random, depth: 0);
            using var read = JsonDocument.Parse(list);
            JsonItems.Of(Encoding.UTF8.GetBytes($$"""{"instances":{{list}},"signature_name":"[,]"}"""))
                .ShouldBe(Math.Max(1, read.RootElement.GetArrayLength()), $"seed {seed}: {list}");
        }
    }

    private static string List(Random random, int depth) =>
        $"[{string.Join(random.Next(3) == 0 ? " , " : ",", Enumerable.Range(0, random.Next(12)).Select(_ => Value(random, depth + 1)))}]";

    private static string Value(Random random, int depth) => random.Next(depth > 4 ? 3 : 6) switch
    {
        0 => random.Next(1000).ToString(System.Globalization.CultureInfo.InvariantCulture),
        1 => (random.Next(256) / 255f).ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        2 => JsonSerializer.Serialize(new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => "[]{},\"\\ab"[random.Next(9)])])),
        3 => $$"""{"b64": {{JsonSerializer.Serialize(new string('x', random.Next(30)))}}, "c": {{List(random, depth)}}}""",
        _ => List(random, depth),
    };
}
