using System.Text;
using System.Text.Json;

namespace MuLambda.Selector.Tests;

/// <summary>The way on which plain selections are answered must not be told from the ordinary one.</summary>
public sealed class SelectBodyTests
{
    private static readonly string[] Bodies =
    [
        """{"client": "fast"}""",
        """{"client":"fast","items":3}""",
        """{"items": 1000000, "client": "fast"}""",
        """ { "client" : "fast" } """,
        """{"CLIENT": "fast", "Items": 2}""",
        """{"client": "f\u0061st"}""",
        """{"client": "nobody", "client": "fast"}""",
        """{"client": "fast", "items": 1, "items": 2}""",
        """{"client": "fast", "criteria": null}""",
        """{"client": "nobody"}""",
        """{"client": "näbody"}""",
        """{"client": ""}""",
        """{"client": "0123456789012345678901234567890123456789012345678901234567890123456789"}""",
        """{"client": null}""",
        """{"client": 7}""",
        """{"client": "fast", "items": 0}""",
        """{"client": "fast", "items": -1}""",
        """{"client": "fast", "items": 1000001}""",
        """{"client": "fast", "items": 99999999999}""",
        """{"client": "fast", "items": 1.0}""",
        """{"client": "fast", "items": 1e2}""",
        """{"client": "fast", "items": 1.5}""",
        """{"client": "fast", "items": "1"}""",
        """{"client": "fast", "items": null}""",
        """{"client": "fast", "item": 1}""",
        """{"client": "fast",}""",
        """{"client": "fast"} x""",
        """{"client": "fast"}{}""",
        "{\"client\": \"fast\" // no comment\n}",
        "{\"client\":\n\"fast\"\n\"items\": 1}",
        """{"client": "fast", "items": 01}""",
        """{"client": fast}""",
        """["fast"]""",
        "\"fast\"",
        "null",
        "{",
        "{}",
        " ",
        "",
    ];

    [Fact]
    public async Task A_body_means_the_same_in_one_piece_and_in_pieces()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        foreach (var body in Bodies)
        {
            using var inPieces = new HttpRequestMessage(HttpMethod.Post, "/v1/select")
            {
                Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(body))),
                Headers = { TransferEncodingChunked = true },
            };

            using var whole = await platform.PostAsync("/v1/select", body);
            using var pieces = await platform.Http.SendAsync(inPieces);

            whole.StatusCode.ShouldBe(pieces.StatusCode, body);
            whole.Content.Headers.ContentType.ShouldBe(pieces.Content.Headers.ContentType, body);
            var (one, other) = (await JsonAsync(whole), await JsonAsync(pieces));
            if (whole.IsSuccessStatusCode)
            {
                one.EnumerateObject().Select(m => m.Name).ShouldBe(other.EnumerateObject().Select(m => m.Name), body);
                one.GetProperty("considered").GetInt32().ShouldBe(2, body);
            }
            else
            {
                one.GetRawText().ShouldBe(other.GetRawText(), body);
            }
        }
    }

    [Fact]
    public void What_is_read_as_plain_says_what_the_serializer_reads()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var plain = 0;
        Span<char> client = stackalloc char[SelectReader.MaxClientLength];
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = Mutated(random);
            if (!SelectReader.TryReadPlain(bytes, client, out var length, out var items))
            {
                continue;
            }

            plain++;
            var body = JsonSerializer.Deserialize(bytes, SelectorJson.Default.SelectBody)!;
            body.Client.ShouldBe(client[..length].ToString(), $"seed {seed}: {Encoding.UTF8.GetString(bytes)}");
            body.Items.ShouldBe(items, $"seed {seed}: {Encoding.UTF8.GetString(bytes)}");
            body.Criteria.ShouldBeNull();
        }

        plain.ShouldBeGreaterThan(1000);
    }

    private static byte[] Mutated(Random random)
    {
        string[] bases = ["""{"client":"fast","items":12}""", """{ "items": 7, "client": "a-b" }""", """{"client":"x"}"""];
        var bytes = Encoding.UTF8.GetBytes(bases[random.Next(bases.Length)]).ToList();
        for (var change = random.Next(3); change > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(3))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)"\"{}[]:, 019.eE+-\\u/*t\n"[random.Next(22)]);
                    break;
                default:
                    bytes.RemoveAt(at);
                    break;
            }
        }

        return [.. bytes];
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
}
