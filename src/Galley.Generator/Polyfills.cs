// What C# 14 expects of a framework that netstandard2.0 lacks.

namespace System.Runtime.CompilerServices;

internal static class IsExternalInit;
