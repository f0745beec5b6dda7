using MuLambda.Inference.SavedModels;
using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Inference.Tests.Operators;

public sealed class OperatorReferenceTests
{
    [Fact]
    public void Every_operator_is_named_in_a_test_of_operators()
    {
        var tests = string.Concat(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "MuLambda.Inference.Tests", "Operators"), "*Tests.cs")
                .Select(File.ReadAllText));
        OperatorTable.Default.Names.Where(op => !tests.Contains($"\"{op}\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void The_list_of_operators_says_what_the_code_does()
    {
        var file = Path.Combine(Repository.Root, "docs", "operators.md");
        var expected = OperatorReference.Write(OperatorTable.Default);
        if (Environment.GetEnvironmentVariable("MULAMBDA_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, expected);
        }

        File.ReadAllText(file).ShouldBe(expected, "docs/operators.md is not what the code writes; MULAMBDA_WRITE_DOCS=1 writes it anew");
    }
}
