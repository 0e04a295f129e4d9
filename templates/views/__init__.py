"""Records made into what a template needs: pure, one module per noun."""
