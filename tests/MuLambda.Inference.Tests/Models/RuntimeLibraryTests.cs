using MuLambda.Inference.Runtime;
using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Inference.Tests.Models;

public sealed class RuntimeLibraryTests
{
    [Fact]
    public void A_missing_library_is_an_error_that_says_how_to_mend_it()
    {
        var error = Should.Throw<InferenceException>(() => OrtLibrary.Load(["/none/libonnxruntime.so.1"]));
        error.Error.ShouldBe(InferenceError.RuntimeMissing);
        error.Message.ShouldContain("was not found at /none/libonnxruntime.so.1");
        error.Message.ShouldContain("dotnet build");
        error.Message.ShouldContain(OrtLibrary.PathVariable);
    }

    [Fact]
    public void A_broken_library_is_an_error_that_says_how_to_mend_it()
    {
        using var folder = new ModelFolder();
        var error = Should.Throw<InferenceException>(() => OrtLibrary.Load([folder.Write("libonnxruntime.so.1", [1, 2, 3])]));
        error.Error.ShouldBe(InferenceError.RuntimeMissing);
        error.Message.ShouldContain("does not load");
        error.Message.ShouldContain("node_modules");
    }
}
